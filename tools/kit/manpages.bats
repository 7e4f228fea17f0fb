#!/usr/bin/env bats
# Man pages: each that a text or a comment names is in a package that the texts say
# brings it, or comes with its command. dpkg is asked, which knows what a package
# has also where an image for containers left the pages themselves out.
# shellcheck disable=SC2016 # the backticks are those of Markdown
load ../../tests/lib/helpers

mapfile -t TEXTS < <(find steps exercises common -name README.md)
NAMED='man +[1-8] |[A-Za-z0-9_]\([1-8]\)' # most items have no page: to look further costs
mapfile -t SOURCES < <(find common steps exercises -path "*/wrong" -prune -o -name "*.[ch]" -print)

setup() {
    note_failures
    needs dpkg-query
    mapfile -t PACKAGES < <(packages .devcontainer/packages)
    local package
    for package in "${PACKAGES[@]}"; do
        dpkg-query -L "$package" >"$BATS_TEST_TMPDIR/$package" 2>/dev/null && continue
        [ -z "${CI:-}" ] || { echo "$package is missing in CI"; return 1; }
        skip "$package is not installed"
    done
}

# packages [FILE...]: those with man pages that are named there.
packages() { grep -ohE '\b(manpages(-dev)?|[a-z]+-doc)\b' "$@" | sort -u; }

# items TEXT: each paragraph, each item of a list and each row of a table on a line of
# its own, without blocks of code, and with the inline code of HTML as Markdown's.
items() {
    awk '
        /^ *```/ { code = !code; next }
        code { next }
        /^$|^ *[-*] |^ *[0-9]+\. |^[|]|^<summary>/ { printf "\n" }
        { printf "%s ", $0 }
        END { printf "\n" }' "$1" | sed -E 's,</?code>,`,g'
}

# comments FILE: those of a source of C, line by line.
comments() { sed -nE 's,^.*/\*,,p; t; s,^ *\*,,p' "$1"; }

# pages ITEM: the man pages that it names, as "2 socket". What looks like socket(2) is
# one where it is not code; in code it may be a call with an argument.
pages() {
    grep -oE '`man +[1-8] +[^` ]+`' <<<"$1" | tr -d '`' | awk '{ print $2, $3 }'
    sed -E 's/`[^`]*`//g; s/\b([A-Za-z_]\w*)\(([1-8])\)/\n<\2 \1>\n/g' <<<"$1" |
        sed -nE 's/^<(.*)>$/\1/p'
}

# is_brought SECTION NAME PACKAGE...: by one of these, or with its command.
is_brought() {
    local section=$1 name=$2 files=("${@:3}")
    case $section in
    1 | 8) dpkg-query -S "/usr/share/man/man$section/$name.$section*" &>/dev/null ;;
    *) grep -qE "^/usr/share/man/man$section/$name\.$section(ssl)?(\.gz)?$" "${files[@]/#/$BATS_TEST_TMPDIR/}" ;;
    esac
}

# judge FILE: reads its items, counts the pages that they name, and says which of
# them nobody brings.
judge() {
    local item section name
    local -a from
    while IFS= read -r item; do
        [[ $item =~ $NAMED ]] || continue
        mapfile -t from < <(packages <<<"$item")
        [ ${#from[@]} != 0 ] || from=("${PACKAGES[@]}")
        while read -r section name; do
            count=$((count + 1))
            is_brought "$section" "$name" "${from[@]}" && continue
            echo "$1: man $section $name is not in ${from[*]}"
            bad=$((bad + 1))
        done < <(pages "$item")
    done
}

@test "man pages: each that is named is in a package that is named" {
    local file count=0 bad=0
    for file in "${TEXTS[@]}"; do judge "$file" < <(items "$file"); done
    for file in "${SOURCES[@]}"; do judge "$file" < <(comments "$file"); done
    echo "$count are named"
    [ "$count" -ge 80 ]
    [ "$bad" = 0 ]
}

@test "man pages: steps/README.md and exercise 12 say which packages have them, as does make doctor" {
    diff <(packages .devcontainer/packages) <(packages steps/README.md exercises/12-secret/README.md)
    diff <(packages .devcontainer/packages) <(packages tools/see/doctor)
}

# judged TEXT: what is said of it, as a text of Markdown and as a comment of C.
judged() {
    local count=0 bad=0
    printf '%b\n' "$1" >"$BATS_TEST_TMPDIR/text"
    judge text < <(items "$BATS_TEST_TMPDIR/text")
    printf '/* %b */\nclose(3); /*\n * %b\n */\n' "$1" "$1" >"$BATS_TEST_TMPDIR/source"
    judge source < <(comments "$BATS_TEST_TMPDIR/source")
}

@test "man pages: one that no package has is found in each of its forms" {
    run judged 'is `man 2 socket`, <code>man 3 pthread_mutex_lock</code>,\n- `man\n  7 tcp`, send(2), `close(9)`, `dup(8)`, `man 1 nohup`'
    echo "$output"
    [ -z "$output" ]
    local form
    for form in '`man 2 nocall`' 'see `man\n  2 nocall`' '- `man 2 send`, `man 2 nocall`: no' \
        '<summary><code>man 2 nocall</code></summary>' 'what nocall(2) does'; do
        run judged "$form"
        echo "$form: $output"
        [[ ${lines[0]} == 'text: man 2 nocall is not in '* ]]
    done
    [[ $output == *$'\nsource: man 2 nocall is not in '*$'\nsource: man 2 nocall is not in '* ]]
    run judged '`man 1 nocommand`, `man 3 socket`'
    [[ ${lines[0]} == 'text: man 1 nocommand '* && ${lines[1]} == 'text: man 3 socket '* ]]
}

@test "man pages: where one is named with a package, it is in that one" {
    run judged '`man 3 pthread_mutex_lock` (`glibc-doc`)\n\n`man 2 send` (`manpages-dev`)'
    echo "$output"
    [ -z "$output" ]
    run judged '- `man 2 send`: how many\n- `man 3 pthread_mutex_lock` (`manpages-dev`): wrong'
    echo "$output"
    [ "${lines[0]}" = 'text: man 3 pthread_mutex_lock is not in manpages-dev' ]
}
