# judge.bash: judges what one submission has for an exercise: the copy of the kit
# that it is judged in, the sandbox, and the tests themselves. Whoever sources it
# has gone to the kit's folder, from called_in, has sourced machine.bash and
# kept.bash, and sets WORK, a folder below TMPDIR, UNSAFE and EXERCISE; and may set
# TESTS_AT_ONCE, how many tests of an exercise are played at a time.
# shellcheck shell=bash

give_up() {
    printf "${0##*/}: %s\n" "$@" >&2
    exit 1
}

# needs COMMAND PACKAGE
needs() { command -v "$1" >/dev/null || give_up "$1 is missing. Debian, Ubuntu: apt-get install $2"; }

# report FILTER JQ_ARGUMENT...: what a filter of grade.jq makes of it.
report() { jq -L tools/grade "include \"grade\"; include \"late\"; $1" "${@:2}"; }

# The numbers of the exercises that there are.
all_exercises() { find exercises -mindepth 1 -maxdepth 1 -name '[0-9]*' | sed 's|.*/0*\([0-9]*\)-.*|\1|' | sort -n | xargs; }

# check_exercises NUMBER...: that there are these.
check_exercises() {
    local n
    for n; do
        [[ " $(all_exercises) " == *" $n "* ]] || give_up "There is no exercise $n: EXERCISE=3 or EXERCISES='1 2', say."
    done
}

# folder_called PATH: the folder, from where this was called. The shells that do
# not expand ~ in a word such as SUBMISSIONS=~/class leave that to us.
folder_called() {
    local path=$1
    case $path in
        \~) path=$HOME ;;
        \~/*) path=$HOME/${path#\~/} ;;
    esac
    # shellcheck disable=SC2154 # who sources this sets it
    (cd "$called_in" && [ -d "$path" ] && cd -- "$path" && pwd)
}

# settle_grades: where what comes out goes: GRADES, from where this was called.
settle_grades() {
    GRADES=${GRADES:-$PWD/build/grades}
    [[ $GRADES != \~/* ]] || GRADES=$HOME/${GRADES#\~/}
    [[ $GRADES == /* ]] || GRADES=$called_in/$GRADES
    export GRADES
}

# as_nobody COMMAND...: root gives up its rights before it touches a submission.
as_nobody() {
    if [ "$EUID" = 0 ]; then
        setpriv --reuid=nobody --regid="$(id -gn nobody)" --clear-groups "$@"
    else
        "$@"
    fi
}

check_sandbox() {
    [ -z "$UNSAFE" ] || return 0
    local why
    if ! command -v bwrap >/dev/null; then
        why='bubblewrap is missing (Debian, Ubuntu: apt-get install bubblewrap; macOS has none).'
    elif ! as_nobody bwrap --unshare-all --ro-bind / / --proc /proc \
        bwrap --unshare-user --unshare-pid --ro-bind / / --proc /proc true 2>/dev/null; then
        why='bubblewrap may not make namespaces here (Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0).'
    else
        return 0
    fi
    give_up "$why" 'Without it what students wrote runs with your rights and reaches your files.' \
        'If you accept that, on a machine made for it: make grade SUBMISSIONS=DIR UNSAFE=1'
}

# check_folder: whether the submissions can be judged in $WORK, below TMPDIR. No
# student is to blame where programs do not run there, or nobody may enter.
check_folder() {
    local above=$WORK cure='TMPDIR=DIR names another one for it.'
    runs_programs "$WORK" || give_up \
        "In ${WORK%/*} programs do not run: it is mounted noexec, or full. $cure"
    as_nobody test -x "$WORK/." && return
    until as_nobody test -x "${above%/*}/."; do above=${above%/*}; done
    give_up "The user nobody, as whom root grades, may not enter $above: chmod a+x it. Or $cure"
}

# What it takes to judge, in the kit itself, so that it is built once: programs
# below build/, and below build/thread/ where an exercise asks for a sanitizer.
build_kit() {
    make -s -j "$(getconf _NPROCESSORS_ONLN)" SANITIZE= steps build_common build/tests/peer >"$WORK/make.log" 2>&1 ||
        give_up "The kit itself does not build:" "$(tail -n 5 "$WORK/make.log")"
    # The tests say what this machine cannot do.
    make -s SANITIZE=thread build_common build/thread/tests/peer >/dev/null 2>&1 || true
    make -s SANITIZE= build_tls >/dev/null 2>&1 || true
}

# copy_sources FOLDER: the kit without what was built, and without solutions.
copy_sources() {
    local n
    mkdir -p "$1/exercises"
    cp -Rp Makefile common steps tests tools "$1/"
    for n in exercises/[0-9]*/; do
        mkdir "$1/$n"
        cp "$n"/README*.md "$1/$n"
    done
}

# A copy of the kit for all students.
copy_kit() {
    local built
    mkdir -p "$WORK/kit" "$WORK/entries" "$WORK/files"
    copy_sources "$WORK/kit"
    [ -z "${HOSTS:-}" ] || tar -cf "$WORK/kit.tar" -C "$WORK" kit # it is built there
    for built in build/{common/*,tests/{peer,tls,witness.so,certificates/*/*},step*/*} build/thread/{common/*,tests/peer}; do
        [ ! -f "$built" ] || { mkdir -p "$WORK/kit/${built%/*}" && cp -p "$built" "$WORK/kit/$built"; }
    done
    KIT_HASH=$({ cd "$WORK/kit" && hash_of Makefile common/* tests/*.ba* tests/*/* tools/grade/{run-tests,sandbox}; })
    export KIT_HASH
    chmod -R a+rX,go-w "$WORK/kit"
    touch "$WORK/built"
    [ "$EUID" != 0 ] || chown nobody "$WORK/entries" # the kit and the files are not its
}

# left_running FOLDER: the processes that know $WORK by a variable, or have their
# program or their folder in this one. Root may not see that of nobody's, but nobody.
left_running() {
    # shellcheck disable=SC2016 # another shell expands it
    local look='grep -lsaF "GRADED_IN=$1" /proc/[0-9]*/environ
        find /proc/[0-9]*/exe /proc/[0-9]*/cwd -printf "%p %l\n" 2>/dev/null | grep -F " $2/"'
    {
        bash -c "$look" - "$WORK" "$1" || true
        [ "$EUID" != 0 ] || as_nobody bash -c "$look" - "$WORK" "$1" || true
    } | sed -n 's|^/proc/\([0-9]*\)/.*|\1|p' | sort -u
}

# end_what_runs FOLDER: all at once would be stopped first, so that none makes another.
end_what_runs() {
    local pids
    for _ in {1..100}; do
        mapfile -t pids < <(left_running "$1")
        [ ${#pids[@]} -gt 0 ] || return 0
        kill -STOP "${pids[@]}" 2>/dev/null || true
        kill -KILL "${pids[@]}" 2>/dev/null || true
    done
}

# outlived_by_none COMMAND...: nothing that it starts runs on, however often it
# leaves its parent and its session: it ends with a namespace, where there may be
# one, and is searched for where not.
outlived_by_none() {
    local own space status=0
    for own in '' '--user --map-current-user'; do
        # shellcheck disable=SC2206 # words
        space=(unshare $own --pid --fork --kill-child --mount-proc bash -c '"$@"; exit $?' -)
        ! "${space[@]}" true 2>/dev/null || break
        space=()
        [ "$EUID" != 0 ] || break # among users of its own root could not become nobody
    done
    GRADED_IN=$WORK "${space[@]}" "$@" || status=$?
    end_what_runs "$WORK/files" # this shell itself is in another one
    return "$status"
}

# take_out COPY FILES: out of a copy of a submission what the statements name. What
# else there is to say of it is added to FILES.left.
take_out() {
    local copy=$1 files=$2
    # Root's own are not given away: a device would be open to nobody, too.
    [ "$EUID" != 0 ] || find "$copy" "$files" \( -type f -o -type d \) -exec chown nobody {} +
    grep -q '^problem: ' "$files.left" || {
        as_nobody chmod -R u+rwX "$copy" || true
        TZ=${ZONE:-UTC0} as_nobody timeout --foreground -k 5 60 bash "$WORK/kit/tools/grade/sandbox" take "$WORK/kit" "$copy" "$files" "$EXERCISE" ||
            echo 'problem: the submission could not be taken apart: it is too large, or broken'
    } >>"$files.left" 2>/dev/null </dev/null
}

# about N: what the statement of an exercise says of it: its title, and of each
# behaviour whose it is and which hint helps.
about() {
    jq -Rn '[inputs] | {title: (.[0] | sub("^# Exercise [0-9]+: "; "")),
        behaviours: (map(capture("^\\| (?<program>server|client) \\| (?<name>[^|]+) \\| [0-9]+ \\| (?<hint>[0-9]+) \\|$")
            | {key: .name, value: {program, hint: (.hint | tonumber)}}) | from_entries)}' \
        exercises/"$(printf %02d "$1")"-*/README.md
}

# not_started N: what the tests of an exercise say where there is nothing to judge.
not_started() {
    sed -n 's/^@test "\(.*\)" {$/\1/p' "tests/exercise$1.bats" |
        awk -v why="not started: make exercise$1" '
            { said = said "ok " NR " " $0 " # skip " why "\n" }
            END { printf "1..%d\n%s", NR, said }'
}

# play_tests N FILES [NAMES]: all tests of an exercise, or those of these names, one a
# line, on the programs in a folder.
play_tests() {
    local n=$1 files=$2
    if [ -n "$UNSAFE" ]; then
        rm -rf "$files.kit"
        cp -Rp "$WORK/kit" "$files.kit"
        cp -R "$files/." "$files.kit/exercises/"
        chmod -R a+rX "$files.kit"
        outlived_by_none env -C "$files.kit" SANDBOX=tools/grade/sandbox \
            timeout --foreground -k 5 300 bash tools/grade/run-tests "tests/exercise$n.bats" "${TESTS_AT_ONCE:-1}" "${3:-}"
    else
        as_nobody timeout --foreground -k 5 300 bash "$WORK/kit/tools/grade/sandbox" tests "$WORK/kit" "$files" \
            bash /kit/tools/grade/run-tests "/kit/tests/exercise$n.bats" "${TESTS_AT_ONCE:-1}" "${3:-}"
    fi 2>/dev/null </dev/null
}

# grade_exercise N FOLDER FILES RESULT: plays the tests, or keeps what is known.
grade_exercise() {
    local n=$1 folder=$2 files=$3 result=$4 hash
    hash=$(hash_of_class "$files/$folder")
    ! is_kept "$result" "$hash" || return 0
    if compgen -G "$files/$folder/*.c" >/dev/null; then
        play_tests "$n" "$files"
    else
        not_started "$n"
    fi | keep_tap "$hash" >"$result.new" || true
    mv "$result.new" "$result"
}
