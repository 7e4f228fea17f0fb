## make grade SUBMISSIONS=DIR  grade a class (ALL=1, JOBS=4, EXERCISES='1 2', UNSAFE=1)
## make handout                pack the kit for students, without the solutions
## make slides                 the deck in English and Portuguese, as HTML and PDF

help-teach:
	@sed -n 's/^## //p' tools/grade/make.mk

# A path may hold any character: what looks like a variable of make is none.
override SUBMISSIONS := $(value SUBMISSIONS)
override GRADES := $(value GRADES)
export SUBMISSIONS GRADES

grade:
	@bash tools/grade/grade

handout:
	@bash tools/grade/handout

slides:
	@bash slides/build

.PHONY: help-teach grade handout slides
