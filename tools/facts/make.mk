# What really happens: make facts [STEP=4] [IN=pt-BR] [RUN=qemu-aarch64], make fact7

facts := $(call numbers,tools/facts)

facts:
	@bash tools/facts/facts

$(facts:%=fact%): fact%:
	@bash tools/facts/facts $*

# After each change to what a fact says of itself.
facts-text:
	@bash tools/facts/list

.PHONY: facts facts-text $(facts:%=fact%)
