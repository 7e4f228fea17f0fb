/*
 * Question: Is "ã" a letter to iswalpha(), before setlocale() has set a language, and after?
 * Pergunta: "ã" é letra para iswalpha(), antes de setlocale() escolher uma língua, e depois?
 * Usually: before no, after yes
 * Why: A program starts in the locale "C", where glibc knows the letters of ASCII alone.
 * Por quê: Um programa começa no locale "C", em que a glibc só conhece as letras do ASCII.
 * See: setlocale(3), iswalpha(3), locale(7)
 * Step: 07
 * Promised: no
 */
#include "fact.h"

#include <locale.h>
#include <stddef.h>
#include <wctype.h>

static const char *is_letter(wint_t character)
{
    return iswalpha(character) != 0 ? "yes" : "no";
}

int main(void)
{
    wint_t a_tilde = 0xe3; /* its number in Unicode */

    const char *before = is_letter(a_tilde);
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL &&
        setlocale(LC_CTYPE, "en_US.UTF-8") == NULL) {
        answer("not tried: no locale with UTF-8 here");
        return 0;
    }
    const char *after = is_letter(a_tilde);
    answer("before %s, after %s", before, after);
}
