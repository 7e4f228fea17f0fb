#!/usr/bin/env bats
# The ladder: each step shows one idea, in the files and words of the others.
load ../../tests/lib/helpers

# The lines that a step adds and removes, over its base.
changed_lines() {
    diff -ruN -x '*.md' "$1" "$2" | grep -cE '^[+-]([^+-]|$|\+\+[^+ ]|--[^- ])'
}

# Prints STEP LINES for steps 2 to 12; step 3 grew from step 1.
all_changes() {
    local folder base='' number
    for folder in steps/*/; do
        number=$((10#$(basename "$folder" | cut -c1-2)))
        [ "$number" != 3 ] || base=$(echo steps/01-*/)
        [ -z "$base" ] || echo "$number $(changed_lines "$base" "$folder")"
        base=$folder
    done
}

@test "ladder: a step changes at most 120 lines" {
    local number lines
    while read -r number lines; do
        echo "step $number changes $lines lines"
        [ "$lines" -le 120 ]
    done < <(all_changes)
}

@test "ladder: half of the steps change at most 70 lines" {
    all_changes
    [ "$(all_changes | wc -l)" = 11 ]
    [ "$(all_changes | cut -d' ' -f2 | sort -n | sed -n 6p)" -le 70 ]
}

@test "ladder: there are twelve steps, each a server.c, a client.c and a text" {
    run ls steps
    [ "$(grep -c '^[0-9][0-9]-[a-z]*$' <<<"$output")" = 12 ]
    local folder
    for folder in steps/*/; do
        echo "$folder: $(ls "$folder")"
        [ "$(cd "$folder" && echo *)" = "README.md README.pt-BR.md client.c server.c" ]
    done
}

@test "ladder: the cast keeps its names from step to step" {
    local file
    for file in steps/*/server.c; do
        echo "$file"
        grep -q '^static void serve_client(' "$file"
        grep -q 'int listener = ' "$file"
        grep -q 'char line\[LINE_SIZE\];' "$file"
        [[ $file < steps/05 ]] || grep -q '^static void take_lines(' "$file"
    done
    for file in steps/*/client.c; do
        echo "$file"
        grep -q 'int server = ' "$file"
    done
}

# sections FILE: its headings, one after another.
sections() { sed -n 's|^/\* ---- \(.*\) ---- \*/$|\1|p' "$1" | xargs; }

@test "ladder: a server's sections have the same names, in the same order, from step to step" {
    local file wanted=''
    for file in steps/*/server.c; do
        case $file in
            steps/05-*) wanted='clients main' ;;
            steps/06-*) wanted='room sending commands clients main' ;;
        esac
        echo "$file: $(sections "$file")"
        [ "$(sections "$file")" = "$wanted" ]
        [ "$(grep -c -e '----' "$file")" = "$(wc -w <<<"$wanted")" ] # nothing else looks like one
    done
}

@test "ladder: a server prints nothing itself, or a paused terminal would stop it" {
    run grep -nE '(^|[^a-z_])(v?printf|puts|putchar|print_line|perror)\(|std(out|err)|STD(OUT|ERR)_FILENO|write\([12],' steps/*/server.c
    echo "$output"
    [ "$status" = 1 ]
}

@test "ladder: each file begins with what it does, how to run it, what is new" {
    local file
    for file in steps/*/*.c; do
        echo "$file"
        [ "$(sed -n 1p "$file")" = '/*' ]
        sed -n 2p "$file" | grep -qE '^ \* (server|client)\.c: .*\.$'
        sed -n 3p "$file" | grep -qE '^ \* Run it: (server|client) \['
        [ "$(sed -n '/\*\//{=;q;}' "$file")" -le 9 ]
    done
    [ "$(cat steps/*/server.c | grep -c '^ \* New: ')" = 12 ]
}

@test "ladder: main has at most 30 lines, any other function at most 40" {
    find common steps tests tools -name '*.c' -exec awk '
        /^{/ { start = FNR }
        /^}/ && start {
            most = head ~ /main\(/ ? 30 : 40
            if (FNR - start - 1 > most) {
                print FILENAME ": " head " has " FNR - start - 1 " lines"
                bad = 1
            }
            start = 0
        }
        /^[a-z].*\(/ { head = $0 }
        END { exit bad }
    ' {} +
}

@test "ladder: nothing in steps and common is for Linux alone" {
    run grep -nE 'epoll|eventfd|signalfd|accept4|MSG_NOSIGNAL|SOCK_CLOEXEC|/proc' \
        common/* steps/*/*.c
    echo "$output"
    [ "$status" = 1 ]
}

@test "ladder: a file of common/ has at most 120 lines, net.h 210" {
    local file
    for file in common/*.c; do
        echo "$file: $(wc -l <"$file")"
        [ "$(wc -l <"$file")" -le 120 ]
    done
    [ "$(wc -l <common/net.h)" -le 210 ]
}

# No line needs a second look.
@test "ladder: no ternary in another, no comma expression, no struct of the system set by position" {
    needs python3
    run python3 tools/kit/plain common/*.[ch] steps/*/*.c exercises/*/solution/*.c
    echo "$output"
    [ -z "$output" ]
}

# plain CODE: what is found in it.
plain() {
    printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/code.c"
    python3 tools/kit/plain "$BATS_TEST_TMPDIR/code.c" | sed 's/.*code\.c://'
}

@test "plain: finds each of them, wherever it stands" {
    needs python3
    local code
    for code in 'x = a ? 1 : b ? 2 : 3;' 'return (a ? b : c) ? d : e;' 'f(a ? g(b ? c : d) : e);'; do
        [ "$(plain "void f(void) { $code }")" = '1: a ternary inside another' ] || { echo "$code"; return 1; }
    done
    for code in 'a = 1, b = 2;' 'if (x) a = 1, b = 2;' 'else a(), b();' 'while (f(), x) g();' 'return a, b;' \
        'for (a = 0, b = 1; a < b;) g();' 'for (int i = 0; i < 9; i++, n--) g();' '(void)a, (void)b;'; do
        plain "void f(void) { $code }" | grep -qx '1: a comma expression' || { echo "$code"; return 1; }
    done
    for code in '*at++ = (struct pollfd){fd, 0, 0};' 'struct iovec part = {text, len};' \
        'struct pollfd two[] = {{.fd = 1}, {fd, POLLIN, 0}};' 'return (struct timespec){a, 0};'; do
        plain "void f(void) { $code }" | grep -q '^1: struct [a-z]* set by position$' || { echo "$code"; return 1; }
    done
}

@test "plain: finds nothing in what is plain" {
    needs python3
    run plain '/* a ? b ? c : d : e, f */
#define BOTH(a, b) ((a) ? (b) : (a), (b))
enum answer { YES, NO };
struct own { int a, b; };
static const struct own own = {1, 2}, *others[] = {&own, &own};
int f(int a, char *b[], int (*use)(int, int))
{
    int x = a ? 1 : 2, y = a ? 3 : 4;
    struct pollfd two[] = {{.fd = f(x, y), .events = 0}, {.fd = x}};
    struct timespec none = {0}, some = {.tv_sec = x, .tv_nsec = y};
    char letters[] = {x, y};
    for (size_t i = 0, n = 9; i < n; i++)
        g(x ? 1 : 2, y ? "a, b" : "?");
    if (x == 1) {
        int p, *q;
        h(x ? 1 : 2) && h(y ? 1 : 2);
    } else if (i(x, y))
        return (struct own){x, y};
    return (struct endpoint){.host = b, .port = x};
}'
    echo "$output"
    [ "$output" = '' ]
}
