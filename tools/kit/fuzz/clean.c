/*
 * clean_text: what it leaves is UTF-8 without control characters, and without
 * those that turn or end a line; is not longer, and stays as it is when cleaned
 * again.
 */
#include "net.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Whether this character turns the direction of text, or ends a line. */
static bool turns_or_ends(uint32_t code)
{
    switch (code) {
    case 0x061C: /* ALM */
    case 0x200E: /* LRM, RLM */
    case 0x200F:
    case 0x2028: /* line and paragraph separators */
    case 0x2029:
    case 0x202A: /* LRE, RLE, PDF, LRO, RLO */
    case 0x202B:
    case 0x202C:
    case 0x202D:
    case 0x202E:
    case 0x2066: /* LRI, RLI, FSI, PDI */
    case 0x2067:
    case 0x2068:
    case 0x2069:
        return true;
    default:
        return false;
    }
}

/*
 * Whether text is UTF-8 (RFC 3629) that is safe to print, decoded here in
 * another way: by its code points.
 */
static bool is_clean(const unsigned char *text, size_t len)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    for (size_t i = 0; i < len;) {
        size_t size = 1;
        while (size < 5 && text[i] >= 0xC0 && (text[i] << size & 0x80) != 0)
            size++;
        if (size > 4 || i + size > len || (size == 1 && text[i] >= 0x80))
            return false;
        uint32_t code = size == 1 ? text[i] : text[i] & (0x7Fu >> size);
        for (size_t k = 1; k < size; k++) {
            if (text[i + k] >> 6 != 2)
                return false;
            code = code << 6 | (text[i + k] & 0x3F);
        }
        if (code < least[size] || code > 0x10FFFF || code >> 11 == 0x1B ||
            code < 0x20 || (code >= 0x7F && code < 0xA0) || turns_or_ends(code))
            return false;
        i += size;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *text = malloc(len + 1), *again = malloc(len + 1);
    if (len > 0)
        memcpy(text, data, len);
    size_t kept = clean_text(text, len);
    if (kept > len || text[kept] != '\0' || strlen(text) != kept ||
        !is_clean((unsigned char *)text, kept))
        __builtin_trap();
    memcpy(again, text, kept + 1);
    if (clean_text(again, kept) != kept || memcmp(again, text, kept + 1) != 0)
        __builtin_trap();
    if (is_clean(data, len) && (kept != len || memcmp(text, data, len) != 0))
        __builtin_trap(); /* what was clean must not be changed */
    free(text);
    free(again);
    return 0;
}
