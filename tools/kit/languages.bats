#!/usr/bin/env bats
# The English texts and the Portuguese ones are equals: what one has, the other has.
load ../../tests/lib/helpers
load exercises

# bats file_tags=exercise

# Every text that a student or a teacher reads, but the one page at the door.
TEXTS=(steps/README.md steps/*/README.md common/README.md exercises/README.md exercises/*/README.md
    tools/facts/README.md tools/grade/README.md tools/kit/README.md tools/kit/bench/README.md tools/site/README.md)
[ ! -e slides/README.md ] || TEXTS+=(slides/README.md)
[ -z "${EXERCISES:-}" ] || TEXTS=(exercises/README.md "${FOLDERS[@]/%//README.md}")

# both FILTER: what it makes of each pair is the same.
both() {
    local text
    for text in "${TEXTS[@]}"; do
        diff <("$1" "$text") <("$1" "${text%.md}.pt-BR.md") >"$BATS_TEST_TMPDIR/diff" && continue
        echo "$text and ${text%.md}.pt-BR.md differ:"
        cat "$BATS_TEST_TMPDIR/diff"
        return 1
    done
}

# The text without what stands in fences.
prose() { awk '/^ *```/ { inside = !inside; next } !inside' "$1"; }

headings() { prose "$1" | sed -n 's/^\(##*\) .*/\1/p'; }
code() { awk '/^ *```/ { inside = !inside; print; show = inside && !/mermaid/; next } show' "$1"; }
links() { prose "$1" | grep -oE '\]\([^)#]+' | sed 's/\.pt-BR\.md/.md/' | sort; }
tables() { prose "$1" | sed -n 's/[^|]//g; /^|/p'; }
lists() { prose "$1" | sed -nE 's/^( *)([-*]|[0-9]+\.) .*/\1\2/p'; }
folded() { prose "$1" | grep -oE '</?(details|summary)>'; }
# shellcheck disable=SC2016
inline_code() { prose "$1" | tr '\n' ' ' | grep -oE '`[^`]+`' | tr -s ' ' | sort | uniq; }
arrows() { awk '/^ *```/ { inside = /mermaid/; next } inside' "$1" | grep -oE '^ *(rect .*|end|[a-z0-9]+ *-+>*>?[)x]? *[a-z0-9]+|participant [a-z0-9]+|loop|alt|else|par|and)'; }

@test "languages: the same headings" { both headings; }
@test "languages: the same code and commands" { both code; }
@test "languages: the same links" { both links; }
@test "languages: the same tables" { both tables; }
@test "languages: the same lists" { both lists; }
@test "languages: the same folded answers" { both folded; }
@test "languages: the same calls in the text" { both inline_code; }
@test "languages: the same diagrams" { both arrows; }

@test "languages: no paragraph was left in English" {
    local text
    for text in "${TEXTS[@]}"; do
        awk -v RS= '{ gsub(/`[^`]*`|\([^)]*\)|"[^"]*"/, ""); text = tolower(" " $0 " "); gsub(/[^a-z]+/, " ", text)
            english = gsub(/ (the|and|that|with|which|what|this|from|has|are) /, " ", text)
            if (english >= 3) { print FILENAME ": " $0; found = 1 } }
            END { exit found }' <(prose "${text%.md}.pt-BR.md") || { echo "in ${text%.md}.pt-BR.md"; return 1; }
    done
}

@test "languages: the README leads Portuguese readers to theirs" {
    head -n 5 README.md | grep -q 'Em português: .*steps/README.pt-BR.md'
}
