# intake.bash: who handed in what, in a folder as platforms give it. Sets, by the
# key of a submission, what it consists of and what the platform says of it.
# shellcheck shell=bash

declare -A entries name id late submitted file
declare -a keys=()

ARCHIVE='\.(zip|7z|rar|tar|tar\.(gz|bz2|xz|zst)|tgz|tbz2?|txz)$'

# is_archive FILE [PLACE]: by its name, or by how it begins, where it lies near the
# top: to look into all files takes long. Documents are zips, too.
is_archive() {
    local is=no begins
    shopt -s nocasematch
    if [[ $1 =~ $ARCHIVE ]]; then is=yes; elif [[ $1 =~ \.(docx|xlsx|pptx|od[tps]|jar|epub)$ ]]; then is=document; fi
    shopt -u nocasematch
    [ "$is" = no ] || { [ "$is" = yes ] && return || return 1; }
    [[ ${2:-} != */*/* ]] || return 1
    begins=$(od -An -tx1 -N6 "$1" 2>/dev/null | tr -d ' \n')
    [[ $begins =~ ^(504b0304|1f8b|425a68|fd377a58|28b52ffd|377abcaf|52617221) ]]
}

# key_of SUBMISSION: the name of its files among the results, whatever bytes it has.
key_of() { printf '%s' "$1" | hash_of_input; }

# read_entry ENTRY: sets of (whose it is), who (their name), number, is_late, as
# (the file's name when it was handed in) and turn (what orders several tries).
#   Moodle: NAME_NUMBER_assignsubmission_file_, a folder, from 4.1 on without the
#     last underscore; or with the file behind it
#   Canvas: name_NUMBER_FILENUMBER_FILE, name_LATE_..., and anon_CODE for a name
#   Google: NAME - server.c, as Classroom has it, or server - NAME.c, as Forms do
read_entry() {
    local moodle='^(.+)_([0-9]+)_assignsubmission_[a-z]+(_(.*))?$'
    local canvas='^(([^_]+(_[^_0-9][^_]*)*)_([0-9]+)|(LATE_)?anon_([0-9A-Za-z]{5}))_([0-9]+)_(.+)$'
    local google='^((.+) - (server|client)|(server|client) - (.+))\.c$'
    of=$1 who=$1 number='' is_late='' as=$1 turn=''
    if [[ $1 =~ $moodle ]]; then
        who=${BASH_REMATCH[1]} number=${BASH_REMATCH[2]} as=${BASH_REMATCH[4]}
        of=${who}_$number
    elif [[ -z ${OWN_NAMES:-} && -f $SUBMISSIONS/$1 && $1 =~ $canvas ]]; then
        who=${BASH_REMATCH[2]:-anon} number=${BASH_REMATCH[4]:-${BASH_REMATCH[6]}}
        turn=${BASH_REMATCH[7]} as=${BASH_REMATCH[8]}
        [[ -z ${BASH_REMATCH[5]} && $who != *_LATE ]] || is_late=late
        who=${who%_LATE} of=${who%_LATE}_$number
    elif [ -f "$SUBMISSIONS/$1" ] && [[ $1 =~ $google ]]; then
        who=${BASH_REMATCH[2]}${BASH_REMATCH[5]} as=${BASH_REMATCH[3]}${BASH_REMATCH[4]}.c
        of=$who
    elif [ ! -d "$SUBMISSIONS/$1" ]; then
        shopt -s nocasematch
        [[ ! $1 =~ $ARCHIVE ]] || who=${1::-${#BASH_REMATCH}}
        shopt -u nocasematch
        who=${who:-$1}
    fi
}

# find_own_names: names may look like Canvas's and be the teacher's own, such as
# class_2026_1_ana.zip. Canvas gives no two files one number; and where all is one
# student's, it is not in several archives.
find_own_names() {
    local path of who number is_late as turn archives=0
    local -A turns=() whose=()
    for path in "$SUBMISSIONS"/*; do
        read_entry "${path##*/}"
        [ -n "$turn" ] || continue
        [ -z "${turns[$turn]:-}" ] || OWN_NAMES=yes
        turns[$turn]=yes whose[$of]=yes
        [ "${path##*.}" = c ] || ((++archives))
    done
    [[ ${#whose[@]} != 1 || $archives -lt 2 ]] || OWN_NAMES=yes
    export OWN_NAMES=${OWN_NAMES:-}
}

# drop_earlier_tries ENTRY...: sets kept, NAME/ENTRY each with the name that it
# had when it was handed in, and earlier. Canvas calls what is handed in again
# server-1.c; the number that it gives to a file grows with each.
drop_earlier_tries() {
    local entry try='^(.+)-([0-9]+)(\.[^.]+)$' plain again of who number is_late as turn
    local -A newest=() newest_turn=() handed_in=()
    kept=() earlier=()
    for entry; do
        read_entry "$entry"
        handed_in[/$as]=1
    done
    for entry; do
        read_entry "$entry"
        plain=$as again=0
        if [ -z "$turn" ]; then
            kept+=("$as/$entry")
            continue
        elif [[ $as =~ $try ]]; then
            plain=${BASH_REMATCH[1]}${BASH_REMATCH[3]} again=${BASH_REMATCH[2]}
            [[ $plain == @(server|client).c || -n ${handed_in[/$plain]:-} ]] || plain=$as
        fi
        printf -v turn '%30s %30s' "$turn" "$again" # as text, whatever their size
        if [[ -n ${newest[$plain]:-} && $turn < ${newest_turn[$plain]} ]]; then
            earlier+=("$entry")
            continue
        fi
        [ -z "${newest[$plain]:-}" ] || earlier+=("${newest[$plain]}")
        newest[$plain]=$entry newest_turn[$plain]=$turn
    done
    for plain in "${!newest[@]}"; do
        kept+=("$plain/${newest[$plain]}")
    done
}

# read_gradescope: what submission_metadata.yml says of each submission_NUMBER.
read_gradescope() {
    local folder who number when key
    while IFS=$'\037' read -r folder who number when; do
        key=$(key_of "$folder")
        [ -n "${name[$key]:-}" ] || continue
        name[$key]=${who:-$folder} id[$key]=$number submitted[$key]=$when
    done < <(awk '
        function say() { if (folder != "") printf "%s\037%s\037%s\037%s\n", folder, who, sid, at }
        function value() {
            sub(/^[^A-Za-z]*:[a-z_]+: */, "")
            if (/^\047.*\047$/) { gsub(/\047\047/, "\047"); return substr($0, 2, length($0) - 2) }
            if (/^".*"$/) return substr($0, 2, length($0) - 2)
            return $0
        }
        { sub(/\r$/, "") }
        /^[^ #-].*:$/ { say(); folder = substr($0, 1, length($0) - 1); who = sid = at = ""; part = "" }
        /^  :[a-z_]+:/ { part = $1 }
        /^  :created_at:/ { at = value() }
        part == ":submitters:" && /^ *-? *:name:/ { who = who (who == "" ? "" : ", ") value() }
        part == ":submitters:" && /^ *-? *:sid:/ { sid = sid (sid == "" ? "" : ", ") value() }
        END { say() }' "$SUBMISSIONS/submission_metadata.yml")
}

# enter_class: an archive of a platform may hold all submissions in one folder.
enter_class() {
    local one all=("$SUBMISSIONS"/*) of who number is_late as turn
    one=${all[0]:-}
    [[ ${#all[@]} == 1 && -d $one && ! -L $one ]] || return 0
    all=("$one"/*)
    SUBMISSIONS=$one read_entry "${all[0]##*/}"
    [[ -e $one/submission_metadata.yml || $one == *-submissions || $of != "${all[0]##*/}" ]] || return 0
    SUBMISSIONS=$one
}

# name_files: sets file, a name for each one's feedback that no other has. Those
# whose names look alike are told apart by their key, and said.
name_files() {
    local key called looks
    local -A alike=() seen=()
    while IFS= read -r -d '' key && IFS= read -r -d '' called && IFS= read -r -d '' looks; do
        file[$key]=$called seen[$key]=$looks
        alike[$looks]+=" $key"
    done < <(for key in "${keys[@]}"; do printf '%s\0%s\0' "$key" "${name[$key]}"; done |
        perl -0 -MEncode -MUnicode::Normalize -ne 'chomp; if ($. % 2) { print "$_\0"; next }
            my $name = decode("UTF-8", $_);
            (my $file = substr $name, 0, 50) =~ s/[\p{Cc}\/]/?/g;
            $file =~ s/^\.+$/?/; # the folder itself, or the one above
            (my $looks = lc NFKC($file)) =~ s/[\p{Cf}?]|^\s+|\s+$//g;
            $looks =~ s/\s+/ /g;
            print encode("UTF-8", "$file\0=$looks\0")')
    for key in "${keys[@]}"; do
        looks=${alike[${seen[$key]}]}
        [ "$looks" != " $key" ] || continue
        [[ ${entries[$key]} != "${name[$key]}".*/ ]] || name[$key]=${entries[$key]%/}
        file[$key]+=-${key::8}
        [ -n "${ANON:-}" ] || printf 'grade: %s: another is called so, or nearly so; what is said of this one is in %s\n' \
            "${entries[$key]%%/*}" "${file[$key]}" | tr '\000-\011\013-\037\177' '?' >&2
    done
}

# list_class: reads the folder $SUBMISSIONS.
list_class() {
    local path key of who number is_late as turn
    enter_class
    find_own_names
    for path in "$SUBMISSIONS"/*; do
        case ${path##*/} in submission_metadata.yml | __MACOSX) continue ;; esac
        read_entry "${path##*/}"
        key=$(key_of "$of")
        [ -n "${entries[$key]:-}" ] || keys+=("$key")
        entries[$key]+=${path##*/}/ # no name holds a slash
        name[$key]=$who id[$key]=$number late[$key]=${late[$key]:-}$is_late submitted[$key]=
    done
    [ ! -f "$SUBMISSIONS/submission_metadata.yml" ] || read_gradescope
    name_files
}

# write_class FOLDER: in FOLDER/KEY, what list_class found.
write_class() {
    local key
    for key in "${keys[@]}"; do
        mkdir -p "$1/$key"
        printf '%s' "${entries[$key]}" >"$1/$key/entries"
        jq -n '$ARGS.named | .late = (.late != "")' --arg name "${name[$key]}" --arg id "${id[$key]}" \
            --arg late "${late[$key]}" --arg submitted "${submitted[$key]}" --arg file "${file[$key]}" >"$1/$key/who.json"
    done
}

# lay_out KEY FOLDER: puts what was handed in there, under the names that it had
# then, and with its times. Moodle and Canvas give each file the time of the
# download: it gets that of the first day of 1970. Prints, as take-files does, what
# it left.
lay_out() {
    local all entry kept earlier whole none=yes of who number is_late as turn
    IFS=/ read -r -d '' -a all < <(cat "$WORK/class/$1/entries" && printf '\0')
    drop_earlier_tries "${all[@]}"
    for entry in "${earlier[@]}"; do
        printf 'left: %s (an earlier try)\n' "$(printf '%s' "$entry" | tr -c '[:print:]' '?')"
    done
    for whole in "${kept[@]}"; do
        entry=$SUBMISSIONS/${whole#*/}
        if [ -L "$entry" ]; then
            continue
        elif [ -d "$entry" ]; then
            cp -RPp -- "$entry/." "$2/" 2>/dev/null || true
        elif [ -f "$entry" ] && { [[ $whole == *.c/* || ${whole%%/*} != "${whole#*/}" ]] || is_archive "$entry"; }; then
            rm -f -- "$2/${whole%%/*}" # it may be a link, from a folder of theirs
            cp -p -- "$entry" "$2/${whole%%/*}"
        else
            continue
        fi
        none=
        read_entry "${whole#*/}"
        [ "$as" = "${whole#*/}" ] || find "$2" -type f -exec env TZ=UTC0 touch -t 197001010000 {} +
    done
    [ -z "$none" ] || echo "problem: neither a folder nor an archive (.zip, .tar.gz, .7z ...), nor a file named as Moodle, Canvas or Google do"
}
