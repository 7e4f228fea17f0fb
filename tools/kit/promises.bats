#!/usr/bin/env bats
# Whatever a statement promises, a test holds, and a wrong program shows that it
# does: wrong/README.md of each exercise says which. It quotes the statement from
# the first sentence to the last, so none is new or changed without its row.
load ../../tests/lib/helpers
load exercises

# bats file_tags=exercise

setup() {
    has_solutions || skip 'a handout has no wrong programs'
}

# as_sentences: the text that is read, a sentence or what ends with a colon a line.
as_sentences() { tr '\n' ' ' | sed 's/  */ /g; s/^ //; s/ $//; s/\([.:;?!]\) /\1\n/g'; echo; }

# promised FOLDER: what its statement says of the programs: all but the examples,
# bullets, heads of tables and the words "The server:".
promised() {
    sed '1,/^## What your programs do$/d; /^## /,$d' "$1/README.md" |
        awk '/^```/ { fenced = !fenced; next }
            /^\|---/ { line = ""; next }
            { print line; line = fenced ? "" : $0 }
            END { print line }' |
        sed -E 's/^- //; /^The (server|client):$/d; s/\|/ /g' | as_sentences
}

# rows FOLDER: of its table, as lines of SENTENCE|TEST|WRONG PROGRAMS.
rows() {
    sed -nE '/^\|---/,$ s/^\|(.*)\|(.*)\|(.*)\|$/\1|\2|\3/p' "$1/wrong/README.md" |
        sed -E '1d; s/ *\| */|/g; s/^ //; s/ $//'
}

# behaviours FOLDER: the names of its tests.
behaviours() { sed -nE 's/^\| [^|]+ \| ([^|]+) \| [0-9]+ \| [0-9] \|$/\1/p' "$1/README.md"; }

# is_rejected PATCH TEST: whether its first line names that test.
is_rejected() {
    local first
    IFS= read -r first <"$1"
    [[ "; ${first#Rejected by: }; " == *"; $2; "* ]]
}

# objection FOLDER SENTENCE TEST PROGRAMS: what is wrong with a row, if anything is.
# BEHAVIOURS are those of the folder: this is asked hundreds of times.
objection() {
    local program two_sentences='[.?!] [A-Z`"*]'
    if [ "$3" = – ]; then
        [[ $4 == [a-z]*' '* ]] || echo 'says not why no test holds it'
        return
    fi
    [[ ! $2 =~ $two_sentences ]] || echo 'has more than one sentence'
    [[ $'\n'$BEHAVIOURS$'\n' == *$'\n'"$3"$'\n'* ]] || echo 'names no test'
    [[ $4 =~ ^\`[a-z0-9-]+\`(, \`[a-z0-9-]+\`)*$ ]] || echo 'names no wrong program'
    for program in ${4//[\`,]/}; do
        [ -e "$1/wrong/$program.patch" ] || { echo "names $program, which there is not"; continue; }
        is_rejected "$1/wrong/$program.patch" "$3" || echo "names $program, which that test need not reject"
    done
}

@test "promises: each sentence of a statement stands in the table of its exercise" {
    local folder
    for folder in "${FOLDERS[@]}"; do
        diff <(promised "$folder") <(rows "$folder" | cut -d '|' -f 1 | as_sentences) ||
            { echo "What $folder/README.md (<) promises is not what the table of $folder/wrong/README.md (>) quotes."; return 1; }
    done
}

@test "promises: each row names a test, and wrong programs that it rejects; or says why there is none" {
    local folder sentence test programs objection found='' BEHAVIOURS
    for folder in "${FOLDERS[@]}"; do
        BEHAVIOURS=$(behaviours "$folder")
        while IFS='|' read -r sentence test programs; do
            while IFS= read -r objection; do
                found+="$folder/wrong/README.md: this row $objection: $sentence | $test"$'\n'
            done < <(objection "$folder" "$sentence" "$test" "$programs")
        done < <(rows "$folder")
    done
    echo "$found"
    [ -z "$found" ]
}

@test "promises: each wrong program and each test stands in a row" {
    local folder
    for folder in "${FOLDERS[@]}"; do
        echo "The wrong programs of $folder (<) are not those that stand in its table (>), or its tests (<) are not:"
        diff <(cd "$folder/wrong" && printf '%s\n' *.patch | sort) \
            <(rows "$folder" | awk -F '|' '$2 != "–" { print $3 }' | grep -oE '[a-z0-9-]+' | sed 's/$/.patch/' | sort -u)
        diff <(behaviours "$folder" | sort) \
            <(rows "$folder" | awk -F '|' '$2 != "–" { print $2 }' | sort -u)
    done
}
