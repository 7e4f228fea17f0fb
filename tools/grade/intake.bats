#!/usr/bin/env bats
# What may be handed in: archives of all kinds, and folders as platforms give them.
# Graded once for each exercise that was asked for; what a submission is worth then
# tells whether it was taken. The shapes were looked up:
#   Moodle: mod/assign/classes/downloader.php of its source (before 4.1, locallib.php),
#     where the names in the archive of all submissions are made; folders by default,
#     from 4.1 on without an underscore at the end; a flat form by a setting
#   Canvas: lib/content_zipper.rb of its source; an underscore and digits never
#     stand in a name, since Canvas itself finds its numbers by them
#   Gradescope: what "Download submissions" gives, by public programs that read it:
#     a folder for each submission, and submission_metadata.yml beside them
#   Google Forms: github.com/IIC2513-2021-1/projects, issue 94: who answers stands
#     behind the name of a file. Google Classroom: it puts the student's name before
#     the title of a copy that it makes; no page of its help says so
#   GitHub Classroom: `gh classroom clone student-repos` makes ASSIGNMENT-submissions
#     with ASSIGNMENT-ACCOUNT for each student
# shellcheck disable=SC2030,SC2031 # what run sets is for one test alone
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

needs_the_grader() { needs bwrap parallel jq zip unzip tar python3; }

# tree FOLDER [TEXT]: the solution of exercise 1, where the kit has it.
tree() {
    mkdir -p "$1/exercises/01-reply"
    cp exercises/01-reply/solution/*.c "$1/exercises/01-reply/"
    echo "/* ${2:-} */" >>"$1/exercises/01-reply/server.c"
}

# bare FOLDER [PREFIX]: the same two files, without a place.
bare() {
    mkdir -p "$1"
    cp exercises/01-reply/solution/server.c "$1/${2:-}server.c"
    cp exercises/01-reply/solution/client.c "$1/${2:-}client.c"
}

# packed ARCHIVE COMMAND...: runs it where exercises/ is, and moves what it makes.
packed() {
    (cd "$HONEST" && "${@:2}" "$BATS_FILE_TMPDIR/packed" exercises >/dev/null)
    mkdir -p "$(dirname "$1")"
    mv "$BATS_FILE_TMPDIR"/packed* "$1"
}

# windows_zip ARCHIVE: with backslashes, and as written by MS-DOS, as the archives
# of the .NET library were.
windows_zip() {
    python3 - "$HONEST" "$1" <<'PYTHON'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[2], "w") as archive:
    for name in ("server.c", "client.c"):
        place = "exercises\\01-reply\\" + name
        info = zipfile.ZipInfo("x")
        info.filename, info.create_system = place, 0
        with open(os.path.join(sys.argv[1], "exercises/01-reply", name), "rb") as file:
            archive.writestr(info, file.read())
PYTHON
}

# rar ARCHIVE: as RAR 5.0's technical note describes one, nothing compressed; what
# writes one is not free.
rar() {
    python3 - "$HONEST" "$1" <<'PYTHON'
import os, sys, zlib

def number(value):  # seven bits a byte, the lowest first
    rest = value >> 7
    return bytes([value & 127 | 128]) + number(rest) if rest else bytes([value])

def block(*fields):
    body = b"".join(fields)
    body = number(len(body)) + body
    return zlib.crc32(body).to_bytes(4, "little") + body

with open(sys.argv[2], "wb") as archive:
    archive.write(b"Rar!\x1a\x07\x01\x00" + block(number(1), number(0), number(0)))
    for name in ("server.c", "client.c"):
        place = b"exercises/01-reply/" + name.encode()
        with open(os.path.join(sys.argv[1].encode(), place), "rb") as file:
            data = file.read()
        size = number(len(data))
        # a file, with data behind it: sizes, a file's mode, made on Unix
        archive.write(block(number(2), number(2), size, number(4), size, number(0o100644),
            zlib.crc32(data).to_bytes(4, "little"), number(0), number(1), number(len(place)), place))
        archive.write(data)
    archive.write(block(number(5), number(0), number(0)))
PYTHON
}

archives() {
    local class=$1
    windows_zip "$class/windows.zip"
    packed "$class/capitals.ZIP" zip -qr
    packed "$class/capital.Zip" zip -qr
    packed "$class/short.tgz" tar -czf
    packed "$class/xz.tar.xz" tar -cJf
    packed "$class/bzip2.tar.bz2" tar -cjf
    packed "$class/plain.tar" tar -cf
    packed "$class/misnamed.zip" tar -czf
    packed "$class/unnamed" zip -qr
    packed "$class/folder/my work [1].zip" zip -qr
    ! command -v bsdtar >/dev/null || packed "$class/seven.7z" bsdtar --format 7zip -cf
    rar "$class/rare.rar"
    mkdir "$BATS_FILE_TMPDIR/nest"
    packed "$BATS_FILE_TMPDIR/nest/inner.zip" zip -qr
    (cd "$BATS_FILE_TMPDIR/nest" && zip -q middle.zip inner.zip && zip -q "$class/nested.zip" middle.zip)
    tree "$class/deep/2026/lab/my-copy-of-the-kit"
    tree "$class/special"
    mkfifo "$class/special/exercises/a-fifo" "$class/special/exercises/01-reply/input"
    python3 -c 'import os, socket, sys; os.chdir(sys.argv[1]); socket.socket(socket.AF_UNIX).bind("a-socket")' "$class/special"
    ln -s /dev/zero "$class/special/a-link"
    [ "$EUID" != 0 ] || mknod "$class/special/a-device" c 1 5 || true
    mkfifo "$class/only-a-fifo"
}

one_name() {
    tree "$1/bob"
    packed "$1/bob.zip" zip -qr
    tree "$1/eve" # and one with a space of no width, and a composed and a decomposed ã
    tree "$1/eve"$'\xe2\x80\x8b'
    tree "$1/Jo"$'\xc3\xa3'"o"
    tree "$1/Joa"$'\xcc\x83'"o"
}

moodle() {
    local of='_assignsubmission_file_'
    bare "$1/Ana Silva_1234567$of"
    packed "$1/Bia Souza_1234568$of/work.zip" zip -qr
    bare "$1" "Caio Dias_1234569$of"
    packed "$1/Duda Reis_1234570${of}work.zip" zip -qr
    mkdir "$1/Ana Silva_1234567_assignsubmission_onlinetext_"
    echo '<p>Done.</p>' >"$1/Ana Silva_1234567_assignsubmission_onlinetext_/onlinetext.html"
    bare "$1/Edu Nunes_1234571${of%_}"
    mkdir -p "$1/Namesake_11$of" "$1/Namesake_12$of" "$1/Ana Silva_1234567_assignsubmission_comments"
}

canvas() {
    local solution=exercises/01-reply/solution
    cp $solution/server.c "$1/silvaana_LATE_12345_67890_server.c"
    cp $solution/client.c "$1/silvaana_LATE_12345_67891_client.c"
    echo 'int main(void) { return 1; }' >"$1/souzabia_12346_67892_server.c"
    cp $solution/server.c "$1/souzabia_12346_100000_server-1.c"
    cp $solution/client.c "$1/souzabia_12346_99999_client-2.c"
    packed "$1/dias_caio_12347_67895_lab_3_4_work.zip" zip -qr
    cp $solution/server.c "$1/anon_Ab1Cd_67896_server.c"
    cp $solution/client.c "$1/anon_Ab1Cd_67893_client.c"
    packed "$1/reisduda_12348_67897_part-1.zip" zip -qr
    (cd slides && zip -q "$1/reisduda_12348_67898_part-2.zip" build)
}

own_names() {
    packed "$1/class_2026_1_ana.zip" zip -qr
    packed "$1/class_2026_1_bia.zip" zip -qr
}

own_numbers() {
    packed "$1/lab_2026_1_ana.zip" zip -qr
    packed "$1/lab_2026_2_bia.tar.gz" tar -czf
}

gradescope() {
    local export="$1/assignment_55_export"
    bare "$export/submission_123456"
    tree "$export/submission_123457"
    bare "$export/submission_123458"
    bare "$export/submission_123459"
    cat >"$export/submission_metadata.yml" <<'YAML'
---
submission_123456:
  :submitters:
  - :name: Ana Silva
    :sid: '042'
    :email: ana@example.com
  :created_at: 2026-11-28 12:30:00.000000000 Z
  :score: 0.0
  :history:
  - :id: 1
    :created_at: 2026-11-01 12:30:00.000000000 Z
submission_123457:
  :submitters:
  - :name: 'Bia O''Neil'
    :sid: '43'
  - :name: 'Caio: Dias'
    :sid: '44'
submission_123459:
  :submitters:
  - :name: ..
YAML
}

classroom() {
    tree "$1/lab-1-submissions/lab-1-ana"
    tree "$1/lab-1-submissions/lab-1-bia" another
    mkdir "$1/lab-1-submissions/lab-1-ana/.git"
}

google() {
    bare "$1" 'Ana Silva - '
    cp exercises/01-reply/solution/server.c "$1/server - Bia - Souza.c"
    cp exercises/01-reply/solution/client.c "$1/client - Bia - Souza.c"
}

unknown() {
    bare "$1" # of nobody
    bare "$1/ana/src"
    echo '#' >"$1/notes.txt"
    mkdir "$1/empty"
}

# grades SHAPE [EXERCISE]: a class of that shape.
grades() {
    local class=$BATS_FILE_TMPDIR/$1
    mkdir "$class"
    $1 "$class"
    EXERCISE=${2:-} GRADES=$BATS_FILE_TMPDIR/$1.grades bash tools/grade/grade "$class" >"$class.log" 2>&1 || true
}

setup_file() {
    export HONEST=$BATS_FILE_TMPDIR/honest EXERCISES=1 SANITIZE='' TIMEOUT_SCALE=${TIMEOUT_SCALE:-1} JOBS=4
    command -v bwrap parallel jq zip unzip tar python3 >/dev/null || return 0
    tree "$HONEST"
    grades archives
    grades one_name
    grades moodle 1
    grades canvas 1
    grades own_names
    grades own_numbers
    grades gradescope 1
    grades classroom
    grades google 1
    grades unknown
}

# about SHAPE WHO FILTER: what a jq filter says of the result of this student.
about() {
    needs_the_grader
    run jq -rs --arg who "$2" ".[] | select(.name == \$who) | $3" "$BATS_FILE_TMPDIR/$1.grades"/results/*/student.json
    [ -n "$output" ] || cat "$BATS_FILE_TMPDIR/$1.log"
    echo "$2: $output"
}

# takes SHAPE WHO...: each has all the points of exercise 1.
takes() {
    local who
    for who in "${@:2}"; do
        about "$1" "$who" '"\(.exercises[0].points) \(.problem)"'
        [ "$output" = '10 null' ]
    done
}

# all_of SHAPE: the names of its students.
all_of() {
    needs_the_grader
    jq -rs 'map(.name) | sort | join(", ")' "$BATS_FILE_TMPDIR/$1.grades"/results/*/student.json
}

@test "intake: a zip that Windows made" { takes archives windows; }
@test "intake: capitals in the ending of an archive's name" { takes archives capitals capital; }
@test "intake: .tgz, .tar.xz, .tar.bz2, .tar" { takes archives short xz bzip2 plain; }
@test "intake: an archive is what it is, not what its name says" { takes archives misnamed unnamed; }
@test "intake: a zip in a folder, whatever its name" { takes archives folder; }
@test "intake: a zip in a zip in a zip" { takes archives nested; }
@test "intake: the kit's tree at any depth" { takes archives deep; }

@test "intake: a .7z and a .rar, where there is bsdtar" {
    needs bsdtar
    takes archives seven rare
}

@test "intake: a .7z without bsdtar says what is missing" {
    needs bsdtar
    needs_the_grader
    mkdir "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/entry" "$BATS_TEST_TMPDIR/files"
    find /usr/bin /bin/ ! -type d ! -name bsdtar -exec ln -sf -t "$BATS_TEST_TMPDIR/bin" {} +
    packed "$BATS_TEST_TMPDIR/entry/seven.7z" bsdtar --format 7zip -cf
    PATH=$BATS_TEST_TMPDIR/bin run bash tools/grade/take-files "$PWD" "$BATS_TEST_TMPDIR/entry" "$BATS_TEST_TMPDIR/files"
    echo "$output"
    [[ $output == *'problem: it takes bsdtar'* ]]
}

@test "intake: what is no file is listed and left, and the rest is judged" {
    takes archives special
    about archives special '.left | sort | join(" ")'
    [[ $output == *'a-link a-socket exercises/01-reply/input exercises/a-fifo' ]]
    [ "$EUID" != 0 ] || [ ! -e "$BATS_FILE_TMPDIR/archives/special/a-device" ] || [[ $output == a-device* ]]
    about archives only-a-fifo .problem
    [[ $output == 'neither a folder nor an archive'* ]]
}

@test "intake: two of one name, or of names that look alike, have a feedback each, and it is said" {
    takes one_name bob bob.zip eve
    [ "$(find "$BATS_FILE_TMPDIR/one_name.grades/feedback" -type f | wc -l)" = 6 ]
    [ "$(find "$BATS_FILE_TMPDIR/one_name.grades/gradescope" -type f | wc -l)" = 6 ]
    [ "$(grep -c 'another is called so, or nearly so; what is said of this one is in' "$BATS_FILE_TMPDIR/one_name.log")" = 6 ]
    ! grep -q 'another is called so' "$BATS_FILE_TMPDIR/archives.log" || return 1
}

@test "intake: Moodle's folders, and its flat form; a text beside them is no other student" {
    takes moodle 'Ana Silva' 'Bia Souza' 'Caio Dias' 'Duda Reis' 'Edu Nunes'
    [ "$(all_of moodle)" = 'Ana Silva, Bia Souza, Caio Dias, Duda Reis, Edu Nunes, Namesake, Namesake' ]
    about moodle 'Ana Silva' '"\(.id) \(.left[])"'
    [ "$output" = '1234567 onlinetext.html' ]
    about moodle 'Duda Reis' .id
    [ "$output" = 1234570 ]
}

@test "intake: Canvas's files, late ones and anonymous ones" {
    takes canvas silvaana dias_caio anon reisduda
    [ "$(all_of canvas)" = 'anon, dias_caio, reisduda, silvaana, souzabia' ]
    about canvas silvaana '"\(.id) \(.late)"'
    [ "$output" = '12345 true' ]
    about canvas dias_caio '"\(.id) \(.late)"'
    [ "$output" = '12347 false' ]
    grep -qF '"silvaana","12345","late",10,10' "$BATS_FILE_TMPDIR/canvas.grades/grades.csv"
    grep -qx 'Handed in late.' "$BATS_FILE_TMPDIR/canvas.grades/feedback/silvaana.md"
}

@test "intake: of Canvas's several tries the newest counts" {
    takes canvas souzabia
    about canvas souzabia '.left[]'
    [ "$output" = 'souzabia_12346_67892_server.c (an earlier try)' ]
}

@test "intake: names of a teacher's own that look like Canvas's are whole names" {
    takes own_names class_2026_1_ana class_2026_1_bia
    takes own_numbers lab_2026_1_ana lab_2026_2_bia
}

@test "intake: Gradescope's folders, with what its list says of them" {
    takes gradescope 'Ana Silva' "Bia O'Neil, Caio: Dias" submission_123458
    about gradescope 'Ana Silva' '"\(.id) \(.submitted)"'
    [ "$output" = '042 2026-11-28 12:30:00.000000000 Z' ]
    takes gradescope ..
    [ -e "$BATS_FILE_TMPDIR/gradescope.grades/feedback/?.md" ]
    about gradescope "Bia O'Neil, Caio: Dias" .id
    [ "$output" = '43, 44' ]
}

@test "intake: repositories from GitHub Classroom" {
    takes classroom lab-1-ana lab-1-bia
}

@test "intake: files from Google Classroom, and from Google Forms" {
    takes google 'Ana Silva' 'Bia - Souza'
    [ "$(all_of google)" = 'Ana Silva, Bia - Souza' ]
}

@test "intake: what has no place is said, and what was looked for" {
    about unknown ana .problem
    [ "$output" = 'no exercises/NN-name/server.c or client.c in it; for which exercise is server.c? EXERCISE=3, say, tells' ]
    about unknown server.c .problem
    [ "$output" = 'no exercises/NN-name/server.c or client.c in it; for which exercise is server.c? EXERCISE=3, say, tells' ]
    about unknown notes.txt .problem
    [[ $output == 'neither a folder nor an archive (.zip,'*' Moodle, Canvas or Google'* ]]
    about unknown empty .problem
    [ "$output" = 'no exercises/NN-name/server.c or client.c in it' ]
}

@test "intake: a server.c of another exercise or of a step is not taken for a bare one" {
    local work=$BATS_TEST_TMPDIR
    mkdir -p "$work/entry/exercises/03-frames" "$work/entry/steps/01-tcp" "$work/files"
    touch "$work/entry/exercises/03-frames/server.c" "$work/entry/steps/01-tcp/server.c"
    run bash tools/grade/take-files "$PWD" "$work/entry" "$work/files" 1
    [ -e "$work/files/03-frames/server.c" ]
    [ ! -e "$work/files/01-reply/server.c" ]
    mkdir "$work/entry/mine"
    touch "$work/entry/mine/server.c"
    run bash tools/grade/take-files "$PWD" "$work/entry" "$work/files" 1
    [ -e "$work/files/01-reply/server.c" ]
}

@test "intake: the programs of a class are there to be read, without being judged" {
    needs_the_grader
    local class=$BATS_TEST_TMPDIR/class
    export TMPDIR=$BATS_TEST_TMPDIR GRADES=$BATS_TEST_TMPDIR/grades
    chmod 711 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/*/ "$TMPDIR"
    tree "$class/-rf" "of -rf"
    packed "$class/bob.zip" zip -qr
    bare "$class/carla"
    mkdir -p "$class/dora" "$GRADES/programs/who was here"
    EXERCISE=1 run bash tools/grade/grade --take "$class"
    echo "$output"
    [ "$output" = 'dora: no exercises/01-reply/server.c or client.c in it, nor a server.c or client.c that lies elsewhere' ]
    # shellcheck disable=SC2016
    run -0 bash -c 'cd "$GRADES/programs" && find . -type f | LC_ALL=C sort'
    [ "$output" = './-rf/01-reply/client.c
./-rf/01-reply/server.c
./bob/01-reply/client.c
./bob/01-reply/server.c
./carla/01-reply/client.c
./carla/01-reply/server.c
./students.json' ]
    grep 'of -rf' -- "$GRADES/programs/-rf/01-reply/server.c"
    run jq -r '.[] | "\(.name) \(.file)"' "$GRADES/programs/students.json"
    [ "$output" = $'-rf -rf\nbob bob\ncarla carla\ndora dora' ]
    EXERCISES='2 3' run -0 bash tools/grade/grade --take "$class"
    [ "$(find "$GRADES/programs" -type f)" = "$GRADES/programs/students.json" ]
}

# refuses SENTENCE SETTING...: before anybody is judged.
refuses() {
    run env "${@:2}" bash tools/grade/grade "$BATS_FILE_TMPDIR/unknown"
    echo "${*:2}: $output"
    [ "$status" = 1 ]
    [[ $output == "grade: $1"* ]]
    [ ! -e "$GRADES" ]
}

@test "intake: a setting that means nothing is said, with one that does" {
    needs_the_grader
    export GRADES=$BATS_TEST_TMPDIR/grades
    refuses "There is no exercise 77: EXERCISE=3 or EXERCISES='1 2', say." EXERCISE=77
    refuses 'There is no exercise 77' EXERCISES='1 77'
    refuses 'There is no exercise x' EXERCISES=x
    refuses "EXERCISE names one: EXERCISES='1 2', say, for several." EXERCISE='1 2'
    refuses 'JOBS=many is no number of students at a time: JOBS=4, say.' JOBS=many
    refuses 'TIMEOUT_SCALE=0.5 is no whole number: TIMEOUT_SCALE=4, say.' TIMEOUT_SCALE=0.5
    refuses 'GRADE names a column of a sheet: SHEET=FILE says of which.' GRADE=points
}

@test "intake: an empty folder, or a file, is no class" {
    needs_the_grader
    export GRADES=$BATS_TEST_TMPDIR/grades
    mkdir "$BATS_TEST_TMPDIR/empty"
    run bash tools/grade/grade "$BATS_TEST_TMPDIR/empty"
    [ "$output" = "grade: There is nothing in $BATS_TEST_TMPDIR/empty." ]
    touch "$BATS_TEST_TMPDIR/all.zip"
    run bash tools/grade/grade "$BATS_TEST_TMPDIR/all.zip"
    [[ $output == "grade: $BATS_TEST_TMPDIR/all.zip is a file: unpack it"* ]]
}

# daemonizes CLASS: a server that leaves its parent and its session twice, twice:
# once it becomes another program, and once it forgets all that it was told.
daemonizes() {
    mkdir -p "$1/ana/exercises/01-reply"
    cat >"$1/ana/exercises/01-reply/server.c" <<'SOURCE'
#include <unistd.h>
int main(int argc, char **argv)
{
    if (argc > 4)
        for (;;)
            pause();
    if (fork() != 0)
        return 1;
    setsid();
    if (fork() != 0)
        return 1;
    setsid();
    pid_t forgets = fork();
    char *said[] = {"lab", "leaves", "all", argv[0], "behind", NULL};
    if (chdir("/") == -1)
        return 1;
    if (forgets != 0)
        return execlp("sh", "lab", "-c", "while :; do sleep 1000; done", "behind", (char *)NULL);
    return execve("/proc/self/exe", said, (char *[]){NULL});
}
SOURCE
}

# left_behind: what of it still runs. The dead that nobody has buried do not.
# shellcheck disable=SC2009 # pgrep counts these
left_behind() { ps -e -o stat= -o args= | grep -v '^Z' | grep '[b]ehind$'; }

# leaves_nothing COMMAND...: which grades that class, without the sandbox.
leaves_nothing() {
    needs_the_grader
    daemonizes "$BATS_TEST_TMPDIR/class"
    UNSAFE=1 GRADES=$BATS_TEST_TMPDIR/grades "$@" bash tools/grade/grade "$BATS_TEST_TMPDIR/class"
    [ "$(jq -r '.exercises[0].state' "$BATS_TEST_TMPDIR"/grades/results/*/student.json)" = fails ]
    run left_behind
    echo "$output"
    [ "$status" = 1 ]
}

@test "grader: with UNSAFE=1 nothing of a submission runs on, whatever it left" {
    leaves_nothing env
}

@test "grader: nor where there may be no namespaces" {
    mkdir "$BATS_TEST_TMPDIR/bin"
    printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/unshare"
    chmod +x "$BATS_TEST_TMPDIR/bin/unshare"
    leaves_nothing env PATH="$BATS_TEST_TMPDIR/bin:$PATH"
}

@test "grader: nor after Ctrl-C" {
    needs_the_grader
    daemonizes "$BATS_TEST_TMPDIR/class"
    UNSAFE=1 GRADES=$BATS_TEST_TMPDIR/grades with_keyboard grading bash tools/grade/grade "$BATS_TEST_TMPDIR/class"
    PATIENCE=$((PATIENCE * 12)) wait_until left_behind >/dev/null
    kill -INT -- "-${CLIENT[grading]}"
    ends "${CLIENT[grading]}" 130
    run left_behind
    echo "$output"
    [ "$status" = 1 ]
}
