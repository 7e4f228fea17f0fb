#!/usr/bin/env bats
# Similar programs: forty honest students of exercise 3 and one who has copied, and
# a class of odd cases. Both are compared once; each test looks at one finding.
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

WAYS=tools/grade/similar/honest.mjs

# can_compare: node is here, and what reads C can be brought.
can_compare() {
    [ ! -e "$BATS_FILE_TMPDIR/missing" ] || {
        cat "$BATS_FILE_TMPDIR/missing"
        [ -n "${CI:-}" ] || skip 'node or its packages are not here: make similar brings them'
        return 1
    }
}

# compares CLASS: what is said of it, and the page about it.
compares() { GRADES=$1 bash tools/grade/similar/similar --taken >"$1/said" 2>&1; }

setup_file() {
    export HONEST=$BATS_FILE_TMPDIR/honest ODD=$BATS_FILE_TMPDIR/odd
    mkdir -p "$HONEST/programs" "$ODD/programs"
    if ! node "$WAYS" "$HONEST/programs" 17 2>"$BATS_FILE_TMPDIR/said" || ! compares "$HONEST"; then
        cat "$BATS_FILE_TMPDIR/said" "$HONEST/said" >"$BATS_FILE_TMPDIR/missing"
        return 0
    fi
    odd_class
    compares "$ODD" || true
}

# hands_in NAME EXERCISE PROGRAM: standard input, for the odd class.
hands_in() {
    mkdir -p "$ODD/programs/$1/$2"
    cat >"$ODD/programs/$1/$2/$3"
}

# of NUMBER PROGRAM: what an honest student has written.
of() { cat "$HONEST/programs/Student $1/03-frames/$2"; }

# broken: a server that no compiler takes, with other names on request.
broken() { of 5 server.c | sed '/^static void serve_client/,$ s/^}$/}}} else @ #/' | sed "${1:-}"; }

odd_class() {
    of 1 server.c | hands_in Ana 03-frames server.c
    of 1 server.c | hands_in Bia 03-frames server.c
    of 1 server.c | sed 's|^  *\(.*;\)$|    /* here comes: */ // what it says\n\t\1 /* end of it */|' | hands_in Caio 03-frames server.c
    broken | hands_in Davi 03-frames server.c
    broken 's/get_bytes/fetch/g; s/take_frame/read_one/g; s/give_frame/put_one/g' | hands_in Eva 03-frames server.c
    : | hands_in Empty 03-frames server.c
    of 1 server.c | grep '^#include' | hands_in Includes 03-frames server.c
    hands_in Solution 03-frames server.c <exercises/03-frames/solution/server.c
    of 9 client.c | hands_in Gil 03-frames server.c
    of 9 client.c | hands_in Gil 05-counter server.c
    head -c 3000000 /dev/zero | tr '\0' ' ' | hands_in Large 03-frames server.c
    yes 'int x;' | head -n 40000 | hands_in Long 03-frames server.c
    ln -s /dev/zero "$ODD/programs/Long/03-frames/client.c"
    hands_in Nested 03-frames server.c < <(head -c 40000 /dev/zero | tr '\0' '{')
    hostile "$HOSTILE_NAME" | hands_in hostile 03-frames server.c
    hostile "$HOSTILE_NAME" | hands_in hostile2 03-frames server.c
    cp exercises/03-frames/solution/server.c "$BATS_FILE_TMPDIR/server.c"
    (cd "$BATS_FILE_TMPDIR" && sed 1,/^$/d "$OLDPWD/exercises/03-frames/wrong/server-one-recv.patch" | patch -s server.c)
    hands_in Wrong 03-frames server.c <"$BATS_FILE_TMPDIR/server.c"
    hands_in Hal 04-timeout server.c <<<'int main(void) { int a; for (a = 0; a < 10; a++) if (a % 3 == 0) { while (a < 5) a += 2; } else { a--; } return a; }'
    hands_in Ivo 04-timeout server.c <<<'static int twice(int x) { do { x *= 2; } while (x < 9 || !x); return x ? -x : 1; } int main(void) { return twice(twice(3) + twice(4)) & 7; }'
    (cd "$ODD/programs" && printf '%s\0' *) |
        jq -Rs --arg hostile "$HOSTILE_NAME" '[split("\u0000")[] | select(. != "")
            | {name: (if . == "hostile" then $hostile else . end), id: "", late: false, submitted: "", file: .}]' \
            >"$BATS_FILE_TMPDIR/students.json"
    mv "$BATS_FILE_TMPDIR/students.json" "$ODD/programs/"
}

HOSTILE_NAME=$'</bdi><script>alert(1)</script>\e[2J\xe2\x80\xaegnp.exe & "co"'

# hostile TEXT: a server with it in a comment, and with another one in a string.
hostile() {
    printf '/* %s */\nstatic int trap(int depth)\n{\n' "$1"
    printf '    while (depth --> 7 && depth %% 5 != 2)\n        depth ^= trap(puts("</pre><script>alert(2)</script><img src=x onerror=alert(3)>")); /* %s */\n' "$1"
    printf '    return ~depth << 3;\n}\n'
    of 20 server.c
}

# rows CLASS: each pair of its page, the most alike first: percent, one, other.
rows() {
    tr -d '\n' <"$1/similar.html" | grep -oP '<span class="share">\K.*?</span></span><span class="names">.*?</span>' |
        sed -E 's|^([0-9]+)\&nbsp;%.*class="names"><bdi>(.*)</bdi> and <bdi>(.*)</bdi></span>$|\1\t\2\t\3|'
}

# alike CLASS ONE OTHER: their percent, or nothing where they are no pair.
alike() { rows "$1" | awk -F '\t' -v one="$2" -v other="$3" '($2 == one && $3 == other) || ($2 == other && $3 == one) { print $1 }'; }

@test "similar: the forty honest programs are C, and so is the copy" {
    can_compare
    local file
    for file in "$HONEST"/programs/*/03-frames/*.c; do
        cc -std=c11 -D_GNU_SOURCE -Icommon -w -fsyntax-only "$file"
    done
    [ "$(cat "$HONEST"/programs/Student*/03-frames/server.c | grep -c .)" -gt 3000 ]
}

@test "similar: a copy with other names, order and comments is above every honest pair" {
    can_compare
    local names
    rows "$HONEST" | head -n 3
    # The copy has none of the names.
    names=$(grep -ohE '\b(get_bytes|take_frame|give_frame|serve_client|print_answer)\b' "$HONEST"/programs/Mallory/*/*.c || true)
    [ -z "$names" ]
    [ "$(rows "$HONEST" | head -n 1 | cut -f 2,3)" = $'Student 17\tMallory' ]
    local copy honest
    copy=$(alike "$HONEST" Mallory 'Student 17')
    honest=$(rows "$HONEST" | grep -v Mallory | head -n 1 | cut -f 1)
    [ "$copy" -ge 90 ]
    [ "$honest" -lt 75 ]
    grep -qE '^ +9[0-9] %  Student 17 and Mallory, [0-9]+ lines on end$' "$HONEST/said"
    [ "$(grep -c ' and ' <(grep -E '^ +[0-9]+ %' "$HONEST/said"))" = 1 ]
}

@test "similar: of a pair both passages are shown, with their lines" {
    can_compare
    local shown
    shown=$(tr -d '\n' <"$HONEST/similar.html" | grep -oP '<details class="pair look">.*?</details>' | head -n 1)
    grep -q 'Student 17</bdi>, server.c, lines [0-9]* to [0-9]*' <<<"$shown"
    grep -q 'Mallory</bdi>, server.c, lines [0-9]* to [0-9]*' <<<"$shown"
    grep -q 'get_bytes' <<<"$shown"
    grep -q 'meu_setyb_teg' <<<"$shown"
    # A line is shown with the number that it has in the file.
    local number text
    IFS=$'\t' read -r number text < <(grep -oP '<span data-line="\K[0-9]+">[^&<]*take_frame[^&<]*(?=</span>)' <<<"$shown" | sed 's/">/\t/')
    [ "$(of 17 server.c | sed -n "${number}p" | sed 's/^ *//')" = "${text#"${text%%[! ]*}"}" ]
}

@test "similar: identical programs are 100 %, and comments do not hide a copy" {
    can_compare
    [ "$(alike "$ODD" Ana Bia)" = 100 ]
    [ "$(alike "$ODD" Ana Caio)" -ge 85 ]
}

@test "similar: programs that no compiler takes are compared, too" {
    can_compare
    run ! cc -std=c11 -Icommon -w -fsyntax-only "$ODD/programs/Davi/03-frames/server.c"
    [ "$(alike "$ODD" Davi Eva)" -ge 80 ]
}

@test "similar: the kit's own is nobody's: includes, the solution, a wrong program, an empty file" {
    can_compare
    local nothing
    nothing=$(grep 'nothing of their own' "$ODD/said")
    echo "$nothing"
    local name
    for name in Empty Includes Solution Wrong; do
        [[ $nothing == *" $name"* ]]
        ! rows "$ODD" | grep -qw "$name" || return 1
    done
    [[ $nothing != *Ana* ]]
}

@test "similar: an exercise is compared with itself alone, and one student is no pair" {
    can_compare
    [ -z "$(alike "$ODD" Gil Gil)" ]
    grep -qxF '05-counter: 1 to compare' "$ODD/said"
    grep -q '<h2>Exercise 05-counter</h2>' "$ODD/similar.html"
    tr -d '\n' <"$ODD/similar.html" | grep -q '2 students to compare, 1 pair.*No two of them share anything of their own'
}

@test "similar: what is too large is left out, and said; depth does no harm" {
    can_compare
    cat "$ODD/said"
    grep -qxF '  left out: server.c of Large has more than 2 MB' "$ODD/said"
    grep -qxF '  left out: server.c of Long has more than 50000 words' "$ODD/said"
    grep -qxF '  left out: client.c of Long is no file' "$ODD/said"
    grep -qF 'Left out: server.c of <bdi>Large</bdi> has more than 2 MB.' "$ODD/similar.html"
    ! grep -q 'Nested.*cannot' "$ODD/said" || return 1
}

@test "similar: names and code are shown as they are, and do nothing" {
    can_compare
    [ "$(grep -c '<script' "$ODD/similar.html")" = 0 ]
    [ "$(grep -c '<img' "$ODD/similar.html")" = 0 ]
    grep -qF '&lt;/pre&gt;&lt;script&gt;alert(2)' "$ODD/similar.html"
    grep -qF '&lt;/bdi&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;U+001B&gt;[2J&lt;U+202E&gt;gnp.exe &amp; &quot;co&quot;' "$ODD/similar.html"
    [ -z "$(LC_ALL=C tr -d '\n\t\040-\176\200-\377' <"$ODD/said")" ]
    [ -z "$(LC_ALL=C tr -d '\n\t\040-\176\200-\377' <"$ODD/similar.html")" ]
    ! grep -q $'\xe2\x80\xae' "$ODD/said" "$ODD/similar.html" || return 1
}

@test "similar: the page needs no network" {
    can_compare
    ! grep -oiE '(src|href|url)[=(]"?[^#" ][^" ]*|@import|https?:' <(sed 's|<pre.*</pre>||' "$HONEST/similar.html") || return 1
    grep -qF "default-src 'none'" "$HONEST/similar.html"
}

# slow_class: one student, whose program takes longer to read than there is time.
slow_class() {
    ODD=$BATS_TEST_TMPDIR
    head -c 500000 /dev/zero | tr '\0' '{' | hands_in Slow 03-frames server.c
    echo '[{"name": "Slow", "file": "Slow"}]' >"$ODD/programs/students.json"
}

@test "similar: a program that takes too long to read is left out" {
    can_compare
    slow_class
    TIMEOUT_SCALE=0.0001 compares "$BATS_TEST_TMPDIR"
    cat "$BATS_TEST_TMPDIR/said"
    grep -qF 'left out: server.c of Slow takes more than' "$BATS_TEST_TMPDIR/said"
}

@test "similar: without node it says how to install it" {
    mkdir "$BATS_TEST_TMPDIR/bin"
    ln -s "$(type -P bash)" "$(type -P dirname)" "$BATS_TEST_TMPDIR/bin/"
    PATH=$BATS_TEST_TMPDIR/bin run -1 bash tools/grade/similar/similar --taken
    [ "${#lines[@]}" = 1 ]
    [[ $output == *'node is missing.'*'apt-get install nodejs npm'* ]]
}

@test "similar: make similar takes a class of submissions, and writes its page" {
    can_compare
    needs bwrap parallel jq
    local class=$BATS_TEST_TMPDIR/class student
    for student in 3 4; do
        mkdir -p "$class/student $student/exercises"
        cp -R "$HONEST/programs/Student $student/03-frames" "$class/student $student/exercises/"
    done
    cp -R "$class/student 3" "$class/copy"
    export GRADES=$BATS_TEST_TMPDIR/grades
    run env -u MAKEFLAGS -u MAKELEVEL make similar SUBMISSIONS="$class" EXERCISE=3
    echo "$output"
    [ "$status" = 0 ]
    [ "$(rows "$GRADES" | wc -l)" = 3 ]
    [ "$(alike "$GRADES" copy 'student 3')" = 100 ]
    [[ ${lines[-1]} == "See $GRADES/similar.html" ]]
}
