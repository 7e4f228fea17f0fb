## make step3       build step 3, and say what to type (any step, 1 to 12)
## make diff3       step 3 against the step that it grew from
## make test3       test step 3;  make watch3: on every save;  make resetstep3: undo
## make trace3      the calls of its programs as they happen (SVG=1 WIRE=1 ALL=1)
## make facts       what calls really do, on this machine;  make fact7: one of them
## make demo        watch the chat of step 12: a server and three clients
## make play        the chat in four panes of tmux (STEP=6: an earlier step)
## make exercise3   begin exercise 3, then build it;  make watch-exercise3
## make hint3       its next hint;  make compare3: with its base;  make reset3: undo
## make grade       what your exercises are worth
## make lan         what a colleague types to reach you;  make certificate: for TLS
## make doctor      what this machine has, and what to do where it has not
## make steps       build all steps;  make clean removes what was built
## make help-teach  what an instructor needs;  make help-kit: a contributor

CFLAGS   = -std=c11 -O2 -g -Wall -Wextra -Wpedantic -Wshadow -Wconversion
CPPFLAGS = -D_POSIX_C_SOURCE=200809L -Icommon
LDLIBS   = -pthread
# make test3 SANITIZE=address, or thread: built and tested in a folder apart.
BUILD    = build$(SANITIZE:%=/%)
CFLAGS  += $(if $(SANITIZE),-O1 -fsanitize=$(SANITIZE:address=address,undefined))
CPPFLAGS += $(if $(filter Darwin,$(shell uname)),-D_DARWIN_C_SOURCE) # for MSG_DONTWAIT
export BUILD CC SANITIZE # for scripts; make adds what follows a command: SVG=1
# $(call folder,steps,3) is steps/03-lines; $(steps) are the numbers of all.
folder  = $(wildcard $(1)/0$(2)-* $(1)/$(2)-*)
numbers = $(patsubst 0%,%,$(foreach f,$(sort $(wildcard $(1)/[0-9]*)),$(firstword $(subst -, ,$(notdir $(f))))))
steps     := $(call numbers,steps)
exercises := $(call numbers,exercises)
common    := $(patsubst %.c,$(BUILD)/%.o,$(wildcard common/*.c))

help:
	@sed -n 's/^## //p' Makefile
steps: $(steps:%=build_step%)
$(steps:%=build_step%): build_step%: $(BUILD)/step%/server $(BUILD)/step%/client

$(steps:%=step%): step%: build_step%
	@echo 'Terminal 1:  $(BUILD)/$@/server      (Ctrl-C ends it)'
	@echo 'Terminal 2:  $(BUILD)/$@/client'
	@$(if $(filter-out 1 2 3 4 5,$*),echo 'Terminal 3:  $(BUILD)/$@/client')

$(steps:%=test%): test%:
	@bash tests/lib/run-bats tests/step$(if $(filter 1 2 3 4 5 6 7 8 9,$*),0)$*.bats

build_common: $(common)
$(BUILD)/common/%.o: common/%.c common/net.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) -c -o $@ $<

define program # build/step3/server is made of steps/03-lines/server.c
$(BUILD)/$(1)$(3)/%: $(call folder,$(2),$(3))/%.c $$(common)
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) $$(CPPFLAGS) -o $$@ $$< $$(common) $$(LDLIBS) $$(LDLIBS_$(1)$(3))
endef
$(foreach n,$(steps),$(eval $(call program,step,steps,$(n))))
$(foreach n,$(exercises),$(eval $(call program,exercise,exercises,$(n))))

# What the tests use: a socket peer that follows a script, and checks of common/.
$(BUILD)/tests/peer: $(wildcard tests/peer/*.[ch])
$(BUILD)/tests/common: tests/lib/common.c $(common)
$(BUILD)/tests/peer $(BUILD)/tests/common:
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) -o $@ $(filter-out %.h,$^) $(LDLIBS)

clean:
	rm -rf build

include common/make.mk $(wildcard tests/*/make.mk tools/*/make.mk)
.PHONY: help steps build_common clean $(foreach n,$(steps),step$(n) build_step$(n) test$(n))
