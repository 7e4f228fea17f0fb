# What the programs of two exercises need besides, of OpenSSL: Debian's libssl-dev.
LDLIBS_exercise11 = $(BUILD)/common/page.c -lcrypto
LDLIBS_exercise12 = -lssl -lcrypto

# The page of exercise 11, byte by byte: see page.h.
build_common: $(BUILD)/common/page.c
$(BUILD)/exercise11/server $(BUILD)/exercise11/client: $(BUILD)/common/page.c
$(BUILD)/common/page.c: common/page.html
	@mkdir -p $(@D)
	@{ printf '#include "page.h"\nconst char page[] = {\n' && od -An -v -to1 $< | sed "s/[0-7][0-7]*/'\\\\&',/g" && \
	    printf '};\nconst size_t page_length = sizeof page;\n'; } >$@.$$$$ && mv $@.$$$$ $@
