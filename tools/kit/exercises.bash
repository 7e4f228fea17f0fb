# exercises.bash: what the tests about exercises share. A test that is tagged
# `exercise` is about those in FOLDERS: all, or with EXERCISES='10 11' these alone.
# shellcheck shell=bash

if [ -z "${EXERCISES:-}" ]; then
    FOLDERS=(exercises/[0-9]*)
else
    # shellcheck disable=SC2034 # the tests use it
    mapfile -t FOLDERS < <(for number in $EXERCISES; do compgen -G "exercises/$(printf %02d "$number")-*"; done)
fi

# number_of FOLDER: 3 of exercises/03-frames.
number_of() {
    local name=${1##*/}
    echo $((10#${name%%-*}))
}

# test_of FOLDER: its test file.
test_of() { echo "tests/exercise$(number_of "$1").bats"; }

# has_solutions: a handout has none.
has_solutions() { compgen -G 'exercises/*/solution' >/dev/null; }

# lacks SENTENCE...: notes what is missing, so that all of it is said at once.
# lacks_nothing: ends a test; fails where something was noted, and says it.
LACKING=()
lacks() { LACKING+=("$*"); }
lacks_nothing() {
    [ ${#LACKING[@]} -gt 0 ] || return 0
    printf '%s\n' "${LACKING[@]}"
    return 1
}
