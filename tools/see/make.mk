# What a person runs to see what happens.

$(steps:%=diff%): diff%:
	@bash tools/see/diff step $*

demo: build_step12
	@bash tools/see/demo

# make trace3 [SVG=1] [WIRE=1] [ALL=1]
$(steps:%=trace%): trace%: build_step%
	@bash tools/see/trace $*

$(steps:%=watch%): watch%:
	@bash tools/see/watch tests/step$(if $(filter 1 2 3 4 5 6 7 8 9,$*),0)$*.bats common '$(call folder,steps,$*)'

$(exercises:%=watch-exercise%): watch-exercise%:
	@bash tools/see/watch tests/exercise$*.bats common '$(call folder,exercises,$*)'

# On the first call it copies what the exercise starts from.
$(exercises:%=exercise%): exercise%: $(BUILD)/tests/peer
	@bash tools/see/start-exercise $*

# The next hint; its programs against the base; back to the base, as a step's may be.
$(exercises:%=hint%): hint%:
	@bash tools/see/hint $*
$(exercises:%=compare%): compare%:
	@bash tools/see/diff exercise $*
$(exercises:%=reset%): reset%:
	@bash tools/see/reset exercise $*
$(steps:%=resetstep%): resetstep%:
	@bash tools/see/reset step $*

# make lan [PORT=5001], make play [STEP=6] [PORT=5001]
lan: build_step1
	@bash tools/see/lan $(PORT)

STEP = $(lastword $(steps))
play: build_step$(STEP)
	@bash tools/see/play $(STEP) $(PORT)

# make certificate [FOR='192.168.1.7 lab7.example.org']: the server's names besides
certificate:
	@bash tools/see/certificate build 365 localhost 127.0.0.1 ::1 $(FOR)

# It must run where every line ends with \r\n, too, as Git for Windows writes it.
doctor:
	@bash -c "$$(tr -d '\r' <tools/see/doctor)" tools/see/doctor

.PHONY: demo lan play certificate doctor $(foreach n,$(steps),diff$(n) trace$(n) watch$(n) resetstep$(n)) \
    $(foreach n,$(exercises),exercise$(n) watch-exercise$(n) hint$(n) compare$(n) reset$(n))
