#!/usr/bin/env bats
# The ladder: each step shows one idea, in the files and words of the others.
load ../../tests/lib/helpers

# The lines that a step adds and removes, over its base.
changed_lines() {
    diff -ruN "$1" "$2" | grep -cE '^[+-]([^+-]|$|\+\+[^+ ]|--[^- ])'
}

# Prints STEP LINES for steps 2 to 10; step 3 grew from step 1.
all_changes() {
    local folder base='' number
    for folder in steps/*/; do
        number=$((10#$(basename "$folder" | cut -c1-2)))
        [ "$number" != 3 ] || base=$(echo steps/01-*/)
        [ -z "$base" ] || echo "$number $(changed_lines "$base" "$folder")"
        base=$folder
    done
}

@test "ladder: a step changes at most 120 lines, step 9 at most 220" {
    local number lines
    while read -r number lines; do
        echo "step $number changes $lines lines"
        [ "$lines" -le $((number == 9 ? 220 : 120)) ]
    done < <(all_changes)
}

@test "ladder: half of the steps change at most 70 lines" {
    all_changes
    [ "$(all_changes | cut -d' ' -f2 | sort -n | sed -n 5p)" -le 70 ]
}

@test "ladder: there are ten steps, each a server.c and a client.c" {
    run ls steps
    [ "$(grep -c '^[0-9][0-9]-[a-z]*$' <<<"$output")" = 10 ]
    local folder
    for folder in steps/*/; do
        echo "$folder: $(ls "$folder")"
        [ "$(cd "$folder" && echo *)" = "client.c server.c" ]
    done
}

@test "ladder: the cast keeps its names from step to step" {
    local file
    for file in steps/*/server.c; do
        echo "$file"
        grep -q '^static void serve_client(' "$file"
        grep -q 'int listener = ' "$file"
        grep -q 'char line\[LINE_SIZE\];' "$file"
    done
    for file in steps/*/client.c; do
        echo "$file"
        grep -q 'int server = ' "$file"
    done
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
    [ "$(cat steps/*/server.c | grep -c '^ \* New: ')" = 10 ]
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
