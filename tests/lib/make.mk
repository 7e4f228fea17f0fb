# What the tests of exercise 12 use: a tunnel, a witness, and certificates of all kinds.
build_tls: $(BUILD)/tests/tls $(BUILD)/tests/witness.so $(BUILD)/tests/certificates
.PHONY: build_tls

$(BUILD)/tests/tls: tests/lib/tls.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) -o $@ $< -lssl -lcrypto

$(BUILD)/tests/witness.so: tests/lib/witness.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) -shared -fPIC -o $@ $< -ldl

$(BUILD)/tests/certificates: tests/lib/certificates tools/see/certificate
	@mkdir -p $(@D)
	bash tests/lib/certificates $@
