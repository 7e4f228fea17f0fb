## make test           all tests: those that judge, and those of the tools
## make check          every check of the kit, sanitizers too (slow; QUICK=1: half)
## make check-exercise one exercise, in a minute: what of it is missing (N=3)
## make check-grader   grade programs whose points are known, and a hostile class
## make helpers        what a test may use: functions of tests/lib, words of the peer
## make bench          how fast the chats are, and what others would run (QUICK=1)
## make torture        clients that do everything wrong, and 20 who check (5 minutes)
## make fuzz           the parsers, fed with what nobody would type
## make prove          all short inputs of the parsers, each order in the last room
## make portable       the steps with musl, for aarch64 and for 32 bits
## make facts-text     the tables of tools/facts/, from what each fact says of itself
## make findings       what surprised us in other people's tools: is it still so?

help-kit:
	@sed -n 's/^## //p' tools/kit/make.mk

# The grader's hostile class, which takes longest, comes first.
test:
	@bash tests/lib/run-bats -r tools tests

check:
	@bash tools/kit/check

check-exercise:
	@bash tools/kit/check-exercise $(N)

check-grader:
	@bash tools/grade/check-grader

helpers:
	@python3 tools/kit/helpers

# make bench [QUICK=1] [RUNS=5] [PEERS='step12 redis'] [SCENES='flood one']
#            [OLD=FOLDER] (another copy's last step joins); SCENES=busy-10000: C10K
bench:
	@bash tools/kit/bench/bench

# make torture [SEED=1] [TIME=60] [STEPS=12] [BUILDS='plain address thread']
torture:
	@python3 tools/kit/torture $(SEED)

# make fuzz [TIME=60] [RUNS=10000000]
fuzz:
	@bash tools/kit/fuzz/fuzz

# make prove [QUICK=1] [FULL=1]
prove:
	@bash tools/kit/prove/prove

portable:
	@bash tools/kit/portable

# make findings [LIMIT=60]: seconds for each. It needs npm, apt-get and the network.
findings:
	@bash tools/kit/findings

# What bench measures with, and chats in one event loop to measure.
$(addprefix $(BUILD)/kit/,epoll epoll-log): $(BUILD)/kit/%: tools/kit/bench/peers/%.c
$(BUILD)/kit/load: tools/kit/bench/load.c
$(addprefix $(BUILD)/kit/,load epoll epoll-log): $(common)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) -o $@ $(filter %.c,$^) $(common) $(LDLIBS)

.PHONY: help-kit test check check-exercise check-grader helpers bench torture fuzz prove portable findings
