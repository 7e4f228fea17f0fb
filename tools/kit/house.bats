#!/usr/bin/env bats
# The house: everything has its place, and the papers at its door are right.
# What git does not track is nobody's business here: a student may keep notes.
# shellcheck disable=SC2016 # awk, sed and README.md have signs of their own
load ../../tests/lib/helpers

# in_git: there is a repository, and this is its top. Elsewhere, as in what
# `make handout` packs, such a test is skipped.
in_git() {
    needs git
    [ -e .git ] || skip 'this is no git repository'
    git ls-files >/dev/null # or git says what is wrong
}

# A class has the kit without solutions, and without what is ours alone.
is_handout() { [ ! -e .ci ]; }

# only PATTERN FOLDER...: what is tracked there (all, for none) matches, as a
# whole path; bytes for the fuzzer apart.
only() {
    in_git
    local strangers
    strangers=$(git ls-files -- "${@:2}" | grep -vxE -- "tools/kit/fuzz/corpus/.*|$1") || return 0
    echo "This has no place here; the test says what has:"
    echo "$strangers"
    return 1
}

# with_texts COMMAND...: runs it with the names of all tracked texts.
with_texts() {
    git ls-files -z -- ':!tools/kit/fuzz/corpus' | xargs -0 "$@"
}

# nothing_in COMMAND...: it prints nothing, and had no trouble in looking; grep,
# alone or under xargs, says in its own way that it found nothing.
nothing_in() {
    local found status=0
    found=$("$@") || status=$?
    echo "$found"
    [ -z "$found" ] && [[ $status =~ ^(0|1|123)$ ]]
}

makes() { env -u MAKEFLAGS -u MAKELEVEL make "$@"; }

# Names of targets, one a line; step3 and watch-exercise12 end in N.
with_any_number() { sed -E 's/[0-9]+$/N/' | sort -u; }
helped() { makes help help-teach help-kit | grep -oE 'make [a-z][a-z-]*[0-9]*' | cut -d ' ' -f 2 | with_any_number; }
targets() { makes -pn help | sed -n 's/^\.PHONY: //p' | tr ' ' '\n' | with_any_number; }

@test "house: what stands at the top level" {
    only "[^/]+/.*|Makefile|README\.md|CONTRIBUTING\.md|CHANGELOG\.md|LICENSE|CITATION\.cff|compile_flags\.txt|\.(clang-format|clang-tidy|editorconfig|gitattributes|gitignore)"
    only "[^/]+|(common|steps|exercises|slides|tests|tools|findings|\.ci|\.devcontainer|\.github|\.vscode)/.*"
}

@test "house: tests/ holds what bats tests judges with, and nothing else" {
    only 'tests/(step[0-9]{2}|exercise[1-9][0-9]*|common)\.bats|tests/setup_suite\.bash|tests/lib/[a-z-]+(\.bash|\.awk|\.c|\.mk)?|tests/peer/[a-z-]+\.[ch]' tests
}

@test "house: a step is its two programs, and what explains them" {
    only 'steps/([0-9]{2}-[a-z]+/)?README(\.pt-BR)?\.md|steps/[0-9]{2}-[a-z]+/(server|client)\.c' steps
}

@test "house: an exercise is its statement, its solution and wrong programs; a student's go beside" {
    local folder='exercises/[0-9]{2}-[a-z]+' own='(server|client)\.c|'
    is_handout || own='' # somebody tried a solution, and forgot it there
    only "exercises/(README(\.pt-BR)?\.md|rubric\.csv)|$folder/(README(\.pt-BR)?\.md|${own}solution/(server|client)\.c|wrong/(README\.md|[a-z0-9-]+\.patch))" exercises
}

@test "house: common/ is C, and the page of exercise 11" {
    only 'common/([a-z]+\.[ch]|page\.html|make\.mk|README(\.pt-BR)?\.md)' common
}

@test "house: a test stands in tests/, or beside its tool" {
    only 'tests/[a-z0-9]+\.bats|tools/[a-z]+/[a-z-]+\.bats' '*.bats'
}

@test "house: each room of tools/ has its targets, and its tests build what they use" {
    local room
    for room in tools/*/; do
        echo "$room"
        [ -e "$room/make.mk" ]
        cmp "$room/setup_suite.bash" tools/see/setup_suite.bash
    done
}

@test "house: the README's table has each folder, and no other" {
    diff <(sed -n 's/^| `\(.*\)\/` | .*\. |$/\1/p' README.md | sort) \
        <(for folder in common exercises slides steps tests findings tools/*; do
            [ ! -d "$folder" ] || echo "$folder"
        done | sort)
}

@test "house: the Makefile has at most 70 lines, make help 14" {
    [ "$(wc -l <Makefile)" -le 70 ]
    [ "$(makes help | wc -l)" -le 14 ]
}

@test "house: the three helps name each command, and none that is not there" {
    diff <(helped) <(targets | grep -vxE 'help|build_(common|stepN|tls)')
}

@test "house: recipes run a script with its interpreter, and it is there" {
    nothing_in grep -nE $'^(\t@?|.*[;&|(] *)(\\./)?(tools|tests|slides)/[a-z]' Makefile tools/*/make.mk
    local script count=0
    while read -r _ script; do
        ((++count))
        [ -f "$script" ] || { is_handout && grep -q "^$script *export-ignore" .gitattributes; } || { echo "$script is not there"; return 1; }
    done < <(grep -hoE '(bash|python3) [a-z]+/[a-z/-]+' Makefile tools/*/make.mk)
    [ "$count" -ge 15 ]
}

@test "house: a script says what runs it, and ends at its first failure" {
    in_git
    nothing_in with_texts awk '
        function judge() { if (bash && !strict) print name ": no set -euo pipefail" }
        FNR == 1 {
            judge()
            name = FILENAME; strict = 0; bash = $0 == "#!/usr/bin/env bash"
            script = FILENAME ~ /^(tools|tests)\/.*\/[a-z-]+$|^slides\/build$|^\.ci\/run$/
            if (/^#!/ ? !/^#!\/usr\/bin\/env (bash|bats|python3)$/ : script)
                print FILENAME ": begins with " $0
        }
        $0 == "set -euo pipefail" { strict = 1 }
        END { judge() }'
}

@test "house: a script of the grader can be called by its name, as its guide does" {
    in_git
    local file
    while IFS= read -r file; do
        [[ $file == *.bats || -x $file ]] || { echo "$file: not executable" && return 1; }
    done < <(git grep -l '^#!/usr/bin/env' -- tools/grade)
}

@test "house: no file has the newlines of Windows, or the path of one machine" {
    in_git
    nothing_in with_texts grep -lI $'\r'
    nothing_in with_texts grep -nIE '/(work|root|home|Users|mnt/[a-z])/'
}

@test "house: Git for Windows leaves scripts and bytes as they are" {
    in_git
    git -c core.autocrlf=true clone -q . "$BATS_TEST_TMPDIR/clone"
    nothing_in grep -rlI $'\r' --exclude-dir=.git --exclude-dir=corpus "$BATS_TEST_TMPDIR/clone"
    cd "$BATS_TEST_TMPDIR/clone"
    git -c core.autocrlf=true add --renormalize .
    nothing_in git status --porcelain
}

@test "house: no file of the peer has more than 400 lines" {
    nothing_in awk 'FNR == 401 { print FILENAME }' tests/peer/*
}

# anchors FILE: what a link may name behind #, as GitHub makes it of a heading.
anchors() { sed -n 's/^##* //p' "$1" | LC_ALL=C tr 'A-Z ' 'a-z-' | LC_ALL=C sed $'s/[^a-z0-9_\x80-\xff-]//g'; }

@test "house: no link in a text is broken" {
    local text link file broken=0 count=0
    while read -r text; do
        while read -r link; do
            ((++count))
            file=${link%%#*}
            if [ -n "$file" ]; then file=$(dirname "$text")/$file; else file=$text; fi
            [ -e "$file" ] && { [[ $link != *'#'* ]] || anchors "$file" | grep -qxF -- "${link#*#}"; } && continue
            echo "$text: $link leads nowhere"
            ((++broken))
        done < <(awk '/^ *```/ { inside = !inside } !inside' "$text" | grep -oE '\]\([^) ]+\)' | sed 's/^](//; s/)$//' | grep -vE '^https?://')
    done < <(find . -name '*.md' -not -path './build/*' -not -path '*/node_modules/*')
    [ "$broken" = 0 ]
    [ "$count" -ge 60 ]
}

@test "house: compile_flags.txt is all that a file of C needs" {
    cc @compile_flags.txt -fsyntax-only common/*.c steps/*/*.c tests/*/*.c
    ! is_handout || return 0
    cc @compile_flags.txt -fsyntax-only exercises/*/solution/*.c tools/kit/bench/*.c tools/kit/bench/*/*.c tools/kit/fuzz/*.c tools/kit/prove/*.c
}

@test "house: clangd finds net.h from a step and from an exercise" {
    needs clangd
    local copy=$BATS_TEST_TMPDIR/kit file
    mkdir "$copy"
    cp -R compile_flags.txt common steps exercises "$copy"
    cp steps/03-lines/*.c "$copy/exercises/03-frames/" # as make exercise3 does
    cd "$copy"
    for file in steps/01-tcp/server.c exercises/03-frames/client.c common/net.h; do
        run clangd --check="$file"
        echo "$output"
        [ "$status" = 0 ]
        [[ $output == *'All checks completed, 0 errors'* ]]
    done
}

@test "house: VS Code builds what it debugs, with tasks that are there" {
    needs jq
    local file
    for file in .vscode/*.json .devcontainer/devcontainer.json; do
        jq empty "$file"
    done
    tasks() { jq -r '.tasks[].label' .vscode/tasks.json; }
    nothing_in grep -vxFf <(tasks) <(jq -r '.configurations[].preLaunchTask' .vscode/launch.json; jq -r '.tasks[].dependsOn // empty | .[]' .vscode/tasks.json)
    nothing_in grep -vxF 'make steps' <(jq -r '.tasks[].command // empty' .vscode/tasks.json | grep -vE '^bash tools/see/of-file (build|test|server|client)$')
}

@test "house: the changelog's newest version is the one to cite" {
    local version date
    read -r version date < <(sed -nE 's/^## \[([0-9.]+)\] - (.*)/\1 \2/p' CHANGELOG.md)
    grep -qx "version: $version" CITATION.cff
    grep -qx "date-released: $date" CITATION.cff
}
