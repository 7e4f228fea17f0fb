# What a person runs to see what happens.

$(steps:%=diff%): diff%:
	@bash tools/see/diff $*

demo: build_step10
	@bash tools/see/demo

# make trace3 [SVG=1] [WIRE=1]
$(steps:%=trace%): trace%: build_step%
	@bash tools/see/trace $*

$(steps:%=watch%): watch%:
	@bash tools/see/watch tests/step$(if $(filter-out 10,$*),0)$*.bats common '$(call folder,steps,$*)'

$(exercises:%=watch-exercise%): watch-exercise%:
	@bash tools/see/watch tests/exercise$*.bats common '$(call folder,exercises,$*)'

# On the first call it copies what the exercise starts from.
$(exercises:%=exercise%): exercise%: $(BUILD)/tests/peer
	@bash tools/see/start-exercise $*

# make lan [PORT=5001], make play [STEP=6] [PORT=5001]
lan: build_step1
	@bash tools/see/lan $(PORT)

STEP = $(lastword $(steps))
play: build_step$(STEP)
	@bash tools/see/play $(STEP) $(PORT)

doctor:
	@bash tools/see/doctor

.PHONY: demo lan play doctor $(foreach n,$(steps),diff$(n) trace$(n) watch$(n)) \
    $(foreach n,$(exercises),exercise$(n) watch-exercise$(n))
