# Every command of the kit: `make help` lists them, `make step1` is the way in.

CFLAGS   = -std=c11 -O2 -g -Wall -Wextra -Wpedantic -Wshadow -Wconversion
CPPFLAGS = -D_POSIX_C_SOURCE=200809L -Icommon
LDLIBS   = -pthread
BUILD    = build
STEPS    = 1 2 3 4 5 6 7 8 9 10
EXERCISES = $(patsubst 0%,%,$(foreach f,$(wildcard exercises/[0-9]*),$(firstword $(subst -, ,$(notdir $(f))))))

# make test SANITIZE=address, or thread: built and tested in a folder apart.
ifneq ($(SANITIZE),)
BUILD    = build/$(SANITIZE)
CFLAGS  += -O1 -fsanitize=$(SANITIZE:address=address,undefined)
endif
ifeq ($(shell uname),Darwin) # where POSIX alone would hide MSG_DONTWAIT
CPPFLAGS += -D_DARWIN_C_SOURCE
endif

# $(call folder,3) is steps/03-lines, $(call exercise,3) exercises/03-frames.
folder = $(wildcard steps/$(if $(filter-out 10,$(1)),0)$(1)-*)
exercise = $(wildcard exercises/0$(1)-* exercises/$(1)-*)

help:
	@echo 'make step3     build step 3 and say what to type (any step, 1 to 10)'
	@echo 'make diff3     show step 3 against the step that it grew from'
	@echo 'make test3     test step 3;  make test tests everything'
	@echo 'make demo      watch the chat of step 10: a server and three clients'
	@echo 'make exercise3 begin exercise 3, then build it (any exercise, 1 to 9)'
	@echo 'make grade     what your exercises are worth;  see exercises/README.md'
	@echo 'make trace3    the calls of its programs, as they happen (SVG=1, WIRE=1)'
	@echo 'make watch3    test it on every save;  make watch-exercise3: an exercise'
	@echo 'make play      the chat in four panes of tmux (STEP=6: an earlier step)'
	@echo 'make lan       what a colleague types to reach this machine'
	@echo 'make doctor    what this machine has, and what to do where it has not'
	@echo 'make steps     build all ten;  make clean removes what was built'
	@echo 'make slides    the deck in English and Portuguese, as HTML and PDF'
	@echo 'make handout   the kit for students, without the solutions'
	@echo 'make bench     how fast the chats are, and what others would run (QUICK=1)'
	@echo 'make check     every check of the kit, sanitizers too (slow)'
	@echo 'make torture   clients that do everything wrong, and 20 who check (5 minutes)'
	@echo 'make fuzz      the parsers, fed with what nobody would type'
	@echo 'make portable  the steps with musl, for aarch64 and for 32 bits'
	@echo
	@for n in $(STEPS); do grep -h '^ \* New: ' steps/*$$n-*/server.c | \
	    sed "s/^ . New:/step $$n: /"; done

steps: $(STEPS:%=build_step%)

$(STEPS:%=build_step%): build_step%: $(BUILD)/step%/server $(BUILD)/step%/client

$(STEPS:%=step%): step%: build_step%
	@echo 'Terminal 1:  $(BUILD)/$@/server      (Ctrl-C ends it)'
	@echo 'Terminal 2:  $(BUILD)/$@/client'
	@$(if $(filter 6 7 8 9 10,$*),echo 'Terminal 3:  $(BUILD)/$@/client')

$(BUILD)/net.o: common/net.c common/net.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) -c -o $@ $<

define step_rule
$(BUILD)/step$(1)/%: $(call folder,$(1))/%.c $(BUILD)/net.o
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) $$(CPPFLAGS) -o $$@ $$< $(BUILD)/net.o $$(LDLIBS)
endef
$(foreach n,$(STEPS),$(eval $(call step_rule,$(n))))

# make exercise3: on the first call it copies what the exercise starts from.
$(EXERCISES:%=exercise%): exercise%: $(BUILD)/tests/peer
	@tests/start-exercise $* '$(call exercise,$*)'
	@$(MAKE) --no-print-directory build_exercise$*
	@tests/start-exercise --next $* '$(call exercise,$*)'

define exercise_rule
build_exercise$(1): $(patsubst $(call exercise,$(1))/%.c,$(BUILD)/exercise$(1)/%,$(wildcard $(call exercise,$(1))/*.c))

$(BUILD)/exercise$(1)/%: $(call exercise,$(1))/%.c $(BUILD)/net.o
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) $$(CPPFLAGS) -o $$@ $$< $(BUILD)/net.o $$(LDLIBS)
endef
$(foreach n,$(EXERCISES),$(eval $(call exercise_rule,$(n))))

# The programs that the tests use: peer, a socket peer that follows a script.
$(BUILD)/tests/%: tests/%.c $(BUILD)/net.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) -o $@ $< $(BUILD)/net.o $(LDLIBS)

# Step 3 grew from step 1, every other one from the step before it.
$(STEPS:%=diff%): diff%:
	@tests/show-diff '$(call folder,$(if $(filter 3,$*),1,$(shell echo $$(($* - 1)))))' '$(call folder,$*)'

test:
	@SANITIZE=$(SANITIZE) tests/run-bats tests

$(STEPS:%=test%): test%:
	@SANITIZE=$(SANITIZE) tests/run-bats tests/step$(if $(filter-out 10,$*),0)$*.bats

# make grade SUBMISSIONS=DIR [ALL=1] [UNSAFE=1]: the instructor's, see tests/grade/grade
grade: $(BUILD)/tests/peer
	@ALL='$(ALL)' UNSAFE='$(UNSAFE)' JOBS='$(JOBS)' tests/grade/grade $(if $(SUBMISSIONS),'$(SUBMISSIONS)')

check-grader:
	@tests/grade/check-grader
	@bats tests/grade

# What students get: everything but the solutions and what tests the grader.
handout:
	@tests/handout

slides:
	@slides/build

demo: build_step10
	@BUILD=$(BUILD) tests/demo

# To see what happens. SVG=1 draws the trace, WIRE=1 adds what crossed the wire.
$(STEPS:%=trace%): trace%: build_step%
	@BUILD=$(BUILD) SVG='$(SVG)' WIRE='$(WIRE)' tests/see/trace $*

$(STEPS:%=watch%): watch%:
	@tests/see/watch tests/step$(if $(filter-out 10,$*),0)$*.bats common '$(call folder,$*)'

$(EXERCISES:%=watch-exercise%): watch-exercise%:
	@tests/see/watch tests/exercise$*.bats common '$(call exercise,$*)'

# make lan [PORT=5001], make play [STEP=6] [PORT=5001]
lan: build_step1
	@BUILD=$(BUILD) tests/see/lan $(PORT)

play: build_step$(or $(STEP),$(lastword $(STEPS)))
	@BUILD=$(BUILD) tests/see/play $(or $(STEP),$(lastword $(STEPS))) $(PORT)

doctor:
	@CC='$(CC)' tests/see/doctor

# make bench [QUICK=1] [RUNS=5] [PEERS='step10 redis'] [SCENES='flood one']
bench:
	@QUICK='$(QUICK)' tests/bench/bench

# make torture [SEED=1] [TIME=60] [STEPS=10] [BUILDS='plain address thread']
torture:
	@TIME='$(TIME)' tests/torture $(SEED)

# make fuzz [TIME=60] [RUNS=10000000]
fuzz:
	@tests/fuzz/fuzz

portable:
	@tests/portable

check:
	@tests/check

clean:
	rm -rf build

.PHONY: help steps test grade check-grader handout slides demo lan play doctor bench torture fuzz portable check clean \
    $(foreach n,$(STEPS),step$(n) build_step$(n) diff$(n) test$(n) trace$(n) watch$(n)) \
    $(foreach n,$(EXERCISES),exercise$(n) build_exercise$(n) watch-exercise$(n))
