# adapters.bash: judges a submission where a platform has put it. Whoever sources
# it has gone to the kit's folder. EXERCISES says for which; all, if for none.
# shellcheck shell=bash

source tools/grade/judge.bash

# settle: sets how to judge. Where bubblewrap may not run, as in most containers,
# it goes without: a container is thrown away, and root's tests are safe from what
# runs as nobody (see tools/grade/sandbox). A runner of GitHub's own is thrown away,
# too, and lets us be root there.
settle() {
    export UNSAFE='' TIMEOUT_SCALE=${TIMEOUT_SCALE:-3} # such machines are small
    as_judge=(env)
    if [ "${RUNNER_ENVIRONMENT:-}" = github-hosted ]; then
        as_judge=(sudo env)
        sudo sysctl -qw kernel.apparmor_restrict_unprivileged_userns=0 || true
    fi
    "${as_judge[@]}" bash -c 'source tools/grade/judge.bash && UNSAFE= check_sandbox' 2>/dev/null || UNSAFE=1
}

# judge SUBMISSION N: its document. What the grader itself could not do, it may do
# when it is asked again.
judge() {
    local command=("${as_judge[@]}" UNSAFE="$UNSAFE" TREE="$TREE" TIMEOUT_SCALE="$TIMEOUT_SCALE" bash tools/grade/one "$@")
    "${command[@]}" 2>/dev/null || "${command[@]}"
}

# judge_all SUBMISSION: {problem, exercises}, for a filter of adapters.jq. Fails
# where the grader itself has trouble: a platform is not told of points then.
judge_all() {
    local n TREE='' exercises documents='' judged
    read -ra exercises <<<"${EXERCISES:-$(all_exercises)}"
    [ ${#exercises[@]} = 1 ] || TREE=1
    settle
    for n in "${exercises[@]}"; do
        judged=$(judge "$1" "$n") || return
        documents+=$judged
    done
    jq -s '{problem: (map(.problem | select(.)) | first), exercises: .}' <<<"$documents"
}

# adapt FILTER JQ_ARGUMENT...: of adapters.jq
adapt() { jq -L tools/grade "include \"adapters\"; $1" "${@:2}"; }
