# tap.awk: of each exercise a line: its number, its state, its points, of how
# many, the first test that does not pass, and why; with tabs in between. It
# reads exerciseN.tap, what bats printed, or where an exercise is not started
# exerciseN.bats, its tests. By the same rules as `tap` in grade.jq.

function begin() {
    number = FILENAME
    sub(/^.*exercise/, "", number)
    sub(/\.[a-z]+$/, "", number)
    planned = count = passed = skipped = points = of = trouble = 0
    broken = first = why = unbuilt = ""
}

function finish() {
    if (number == "") return
    if (is_tap && (count != planned || planned == 0 || trouble)) state = "not judged"
    else if (skipped == count) state = "not started"
    else if (broken && skipped == count - 1) state = "does not build"
    else if (passed == count) state = "passes"
    else state = "fails"
    if (broken && state == "fails" && unbuilt != "") {
        first = unbuilt
        why = "only the rest was judged"
    }
    printf "%s\t%s\t%d\t%d\t%s\t%s\n", number, state, points, of, first, why
}

# The points that end its name are taken off, and returned.
function take_points(    worth) {
    if (!match(name, / \[[0-9]+\]$/)) return 0
    worth = substr(name, RSTART + 2, RLENGTH - 3)
    name = substr(name, 1, RSTART - 1)
    return worth + 0
}

FNR == 1 {
    finish()
    begin()
    is_tap = FILENAME ~ /\.tap$/
}

!is_tap {
    if (sub(/^@test "/, "") && sub(/" \{$/, "")) {
        name = $0
        of += take_points()
    }
    next
}

planned == 0 && /^1\.\.[0-9]+$/ { planned = substr($0, 4) + 0 }

/^(not )?ok [0-9]+ exercise [0-9]+: / {
    name = $0
    failed = sub(/^not /, "", name)
    reason = ""
    split(name, word, " ")
    if (word[2] != count + 1) next
    count++
    sub(/^ok [0-9]+ exercise [0-9]+: /, "", name)
    skips = match(name, / # skip/)
    if (skips) {
        reason = substr(name, RSTART + RLENGTH + 1)
        name = substr(name, 1, RSTART - 1)
    }
    worth = take_points()
    of += worth
    if (reason ~ /does not build$/ && unbuilt == "") unbuilt = reason
    if (failed) broken = broken || count == 1
    else if (skips) {
        skipped++
        if (reason !~ /^(not started|[a-z]+\.c does not build)/) trouble = 1
    } else {
        passed++
        points += worth
    }
    if ((failed || skips) && first == "") { first = name; why = reason }
}

count > 0 && /^# ?(grader: |peer: This is trouble)/ { trouble = 1 }

END { finish() }
