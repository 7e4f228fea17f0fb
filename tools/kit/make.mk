## make test          all tests: those that judge, and those of the tools
## make check         every check of the kit, sanitizers too (slow; QUICK=1: half)
## make check-grader  grade programs whose points are known, and a hostile class
## make bench         how fast the chats are, and what others would run (QUICK=1)
## make torture       clients that do everything wrong, and 20 who check (5 minutes)
## make fuzz          the parsers, fed with what nobody would type
## make portable      the steps with musl, for aarch64 and for 32 bits

help-kit:
	@sed -n 's/^## //p' tools/kit/make.mk

# The grader's hostile class, which takes longest, comes first.
test:
	@bash tests/lib/run-bats -r tools tests

check:
	@bash tools/kit/check

check-grader:
	@bash tools/grade/check-grader

# make bench [QUICK=1] [RUNS=5] [PEERS='step11 redis'] [SCENES='flood one']
bench:
	@bash tools/kit/bench/bench

# make torture [SEED=1] [TIME=60] [STEPS=11] [BUILDS='plain address thread']
torture:
	@python3 tools/kit/torture $(SEED)

# make fuzz [TIME=60] [RUNS=10000000]
fuzz:
	@bash tools/kit/fuzz/fuzz

portable:
	@bash tools/kit/portable

# What bench measures with, and a chat in one event loop to measure.
$(BUILD)/kit/load: tools/kit/bench/load.c $(common)
$(BUILD)/kit/epoll: tools/kit/bench/peers/epoll.c $(common)
$(BUILD)/kit/load $(BUILD)/kit/epoll:
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: help-kit test check check-grader bench torture fuzz portable
