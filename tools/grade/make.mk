## make grade SUBMISSIONS=DIR      grade a class (EXERCISE=3, EXERCISES='1 2', ALL=1, JOBS=4)
##   SHEET=FILE                    fill in your own sheet (ID=, GRADE=, FEEDBACK= name its columns)
##   DEADLINE=2026-12-01T23:59     by when (LATE=10%/day, GRACE=15m, EXTENSIONS=FILE)
##   ANON=1  HOSTS=lab1,:  UNSAFE=1  pseudonyms; on several machines; without a sandbox
##   GRADES=DIR                    what comes out goes there, not to build/grades
## make questions SUBMISSIONS=DIR  two questions for each about their own program, to print
## make marks                      the rubric that you filled in, beside the points of the tests
## make similar SUBMISSIONS=DIR    whose programs are alike (EXERCISE=3, EXERCISES='1 2')
## make gradescope                 an autograder.zip (EXERCISE=3, VISIBLE=after_due_date)
## make classroom                  a workflow for GitHub, and for Classroom 50 (EXERCISE=3)
## make prairielearn               an image for its external grader (EXERCISE=3)
## make handout                    pack the kit for students, without the solutions
## make slides                     the deck in English and Portuguese, as HTML and PDF

help-teach:
	@sed -n 's/^## //p' tools/grade/make.mk tools/site/make.mk

# A path may hold any character: what looks like a variable of make is none.
override SUBMISSIONS := $(value SUBMISSIONS)
override GRADES := $(value GRADES)
override RUBRIC := $(value RUBRIC)
override SHEET := $(value SHEET)
override ID := $(value ID)
override GRADE := $(value GRADE)
override FEEDBACK := $(value FEEDBACK)
override DEADLINE := $(value DEADLINE)
override LATE := $(value LATE)
override GRACE := $(value GRACE)
override EXTENSIONS := $(value EXTENSIONS)
override ANON := $(value ANON)
export SUBMISSIONS GRADES SHEET ID GRADE FEEDBACK RUBRIC DEADLINE LATE GRACE EXTENSIONS ANON

grade:
	@bash tools/grade/grade

questions:
	@python3 tools/grade/questions

marks:
	@python3 tools/grade/marks

similar:
	@bash tools/grade/similar/similar

gradescope classroom prairielearn:
	@bash tools/grade/adapters/pack $@

handout:
	@bash tools/grade/handout

slides:
	@bash slides/build

.PHONY: help-teach grade similar questions marks gradescope classroom prairielearn handout slides
