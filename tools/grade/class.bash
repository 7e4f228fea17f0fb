# class.bash: what is settled before a class is judged (by when they were to hand
# in, what they are called), and what is told of it all afterwards.
# shellcheck shell=bash

# settle_lateness CALLED_IN: by DEADLINE, LATE, GRACE and EXTENSIONS, whose path is
# from where the grader was called; what is wrong in them ends it.
settle_lateness() {
    : >"$WORK/late.md"
    [ -n "${DEADLINE:-}${LATE:-}${GRACE:-}${EXTENSIONS:-}" ] || return 0
    needs python3 python3
    CALLED_IN=$1 python3 tools/grade/late "$WORK" || exit 1
    ZONE=$(cat "$WORK/late.zone")
    export ZONE
    cat "$WORK/late.md"
}

# settle_names: with ANON=1 each one is called by a pseudonym from now on, in the
# results of earlier runs, too; without it they get their names back.
settle_names() {
    if [ -n "${ANON:-}" ]; then
        needs python3 python3
        python3 tools/grade/anon hide "$WORK" "$GRADES" >"$WORK/pseudonyms" || exit 1
        # shellcheck disable=SC2034 # of intake.bash
        mapfile -t keys <"$WORK/pseudonyms"
    elif [ -e "$GRADES/private.csv" ]; then
        needs python3 python3
        python3 tools/grade/anon show "$WORK" "$GRADES" || exit 1
    fi
}

# hide_names KEY RESULTS LEFT: in what was printed about one submission.
hide_names() { [ -z "${ANON:-}" ] || python3 tools/grade/anon scrub "$WORK" "$@"; }

# names_of_the_gone: of those whose results are there and whose submissions are not
# any more, as a list. Each is told once.
names_of_the_gone() {
    local results
    for results in "$GRADES"/results/*/; do
        if [ -d "$WORK/class/$(basename "$results")" ]; then
            rm -f "$results/gone"
        elif [ -s "$results/student.json" ] && [ ! -e "$results/gone" ]; then
            jq .name "$results/student.json" && touch "$results/gone"
        fi
    done | jq -s 'sort'
}

# report_more: what class.md says after what the class fails.
report_more() {
    report class_regraded -r <"$WORK/students.json"
    report "class_late(\$rules)" -r --rawfile rules "$WORK/late.md" <"$WORK/students.json"
    names_of_the_gone | report class_gone -r
}
