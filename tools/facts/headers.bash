# headers.bash: what the scripts of this folder know of facts.
# shellcheck shell=bash

FACTS=${FACTS:-$(dirname "${BASH_SOURCE[0]}")} # a folder of them
declare -A HEADER

# read_header FILE: sets HEADER[Question] and so on.
read_header() {
    local line
    HEADER=()
    while IFS= read -r line && [ "$line" != ' */' ]; do
        [[ ! $line =~ ^' * '([^:]+)': '(.+)$ ]] || HEADER[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
    done <"$1"
}

# translate LANGUAGE: sets question, why and see, in that language.
# shellcheck disable=SC2034 # they are for the caller
translate() {
    question=${HEADER[Question]:-} why=${HEADER[Why]:-} see=${HEADER[See]:-}
    [ "$1" != pt-BR ] || question=${HEADER[Pergunta]:-} why=${HEADER[Por quê]:-} see=${see// and / e }
}

# number_of FILE: as a person says it, 7 for 07-name.c.
number_of() {
    local name=${1##*/}
    echo "$((10#${name%%-*}))"
}
