# folders.bash: where steps and exercises stand, what an exercise starts from, and
# what a step was before somebody changed it.
# shellcheck shell=bash

# folder_of steps|exercises NUMBER
folder_of() { echo "$1/$(printf %02d "$2")"-*; }

# stated FOLDER COLUMN: what the first table of this exercise's statement says.
stated() { sed -n 's/^| step /| /p' "$1/README.md" | cut -d '|' -f "$2" | tr -d ' `'; }

# base_of FOLDER: the step that this exercise starts from.
base_of() { echo steps/"$(stated "$1" 2)"-*; }

# programs_of FOLDER: what somebody may have changed there; nothing, where there is none.
programs_of() { compgen -G "$1/*.[ch]" || true; }

# originals_of STEP INTO: puts the programs of this step's folder into INTO as they
# were handed out, or committed where this is a git repository. Says why it cannot.
originals_of() {
    local packed=tools/see/originals.tar.gz committed
    if [ -e "$packed" ]; then
        tar -xzf "$packed" -C "$2" "$1" && mv "$2/$1"/* "$2/" && rm -r "$2/steps"
    else
        committed=$(git ls-tree --name-only HEAD "$1/") || return
        grep -q '\.[ch]$' <<<"$committed" || {
            echo "git does not know $1." >&2
            return 1
        }
        while read -r committed; do
            [[ $committed != *.[ch] ]] || git show "HEAD:./$committed" >"$2/${committed##*/}" || return
        done <<<"$committed"
    fi
}

# put_base FOLDER INTO: what this exercise starts from. The step that stands there
# may have been changed, as the guide's questions ask for: it will do where nobody
# knows what it was.
put_base() {
    local base
    base=$(base_of "$1")
    originals_of "$base" "$2" 2>/dev/null || cp "$base"/*.c "$2/"
}
