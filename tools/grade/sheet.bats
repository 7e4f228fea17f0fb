#!/usr/bin/env bats
# The instructor's sheet: what is filled in, and that nothing else changes. Where the
# shapes of these small sheets come from:
#   Moodle's worksheet: mod/assign/gradingtable.php of its source for the columns, and
#     mod/assign/feedback/offline for what is read back; lang/pt_br for the words
#   Moodle's archive of feedback files: mod/assign/feedback/file/importziplib.php,
#     whose rule for names stands here once more, in takes_back
#   Canvas's gradebook: lib/gradebook_exporter.rb and lib/gradebook_importer.rb
# shellcheck disable=SC2030,SC2031 # what run sets is for one test alone
load ../../tests/lib/helpers

# students: of three, one did half of exercise 1, one all, and one a broken archive.
# The first comes from Moodle as 1234567, from a folder as "Ana Silva", and so on.
students() {
    jq -n '
        def test($name; $status; $points; $of): {name: $name, status: $status, points: $points, of: $of, message: "", why: ""};
        [{name: "Ana Silva", id: "1234567", file: "Ana Silva", problem: null, exercises: [
           {exercise: 1, state: "fails", points: 5, of: 10, tests: [
             test("=cmd|'"' /C calc'"'!A0"; "fails"; 0; 1), test("two \"words\" of\n<b>, \\"; "fails"; 0; 1),
             test("a third"; "fails"; 0; 1), test("what works"; "passes"; 5; 5)]}]},
         {name: "João Conceição", id: "1234568", file: "João Conceição", problem: null,
          exercises: [{exercise: 1, state: "passes", points: 10, of: 10, tests: []}]},
         {name: "Bia", id: "1234569", file: "Bia", problem: "the archive cannot be read, or is too large",
          exercises: [{exercise: 1, state: "not started", points: 0, of: 10, tests: []}]}]
        | '"${1:-.}" >"$BATS_TEST_TMPDIR/students.json"
}

FAILS="Exercise 1: 5 of 10, fails: =cmd|' /C calc'!A0; two 'words' of <b>, /; and 1 more"
FAILS_IN_HTML="Exercise 1: 5 of 10, fails: =cmd|' /C calc'!A0; two 'words' of &lt;b&gt;, /; and 1 more"
PASSES='Exercise 1: 10 of 10'

setup() {
    note_failures
    needs jq python3
    export GRADES=$BATS_TEST_TMPDIR/grades SUBMISSIONS=$BATS_TEST_TMPDIR/class ID='' GRADE='' FEEDBACK=''
    mkdir -p "$GRADES/feedback" "$SUBMISSIONS"
    echo '# The class' >"$GRADES/class.md"
    students
    local who
    for who in 'Ana Silva' 'João Conceição' Bia; do
        echo "# $who" >"$GRADES/feedback/$who.md"
    done
}

# sheet FORMAT ARGUMENT...: writes it, as printf does.
# shellcheck disable=SC2059
sheet() { printf "$@" >"$BATS_TEST_TMPDIR/roster.csv"; }

fills() {
    run python3 tools/grade/sheet fill "$BATS_TEST_TMPDIR/students.json" "$BATS_TEST_TMPDIR/roster.csv"
    echo "$output"
    [ "$status" = 0 ]
}

# becomes FORMAT ARGUMENT...: what was made of the sheet, to the byte.
# shellcheck disable=SC2059
becomes() {
    fills
    printf "$@" >"$BATS_TEST_TMPDIR/expected"
    diff <(od -c "$BATS_TEST_TMPDIR/expected") <(od -c "$GRADES/roster.csv")
}

# refused SENTENCE: before anything is graded, and alone.
refused() {
    run python3 tools/grade/sheet check "$BATS_TEST_TMPDIR/roster.csv"
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == "grade: $1" ]]
}

MOODLE='Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (submission)","Last modified (grade)","Feedback comments"'
PT_BR='Identificador,"Nome completo","Endereço de email",Status,Nota,"Nota máxima","Nota pode ser alterada","Última modificação (envio)","Última modificação (nota)","Comentários de feedback"'
CANVAS='Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (501),Lab 2 (502),Lab 1 Current Score (7),Final Score'

# row WHO GRADE COMMENT: of Moodle's worksheet.
row() { printf '%s,"Submitted for grading",%s,10.00,Yes,"Saturday, 28 November 2026, 9:00 AM",-,%s' "$@"; }

@test "sheet: Moodle's worksheet, of which no other byte changes" {
    local bia duda='Participant 7,Duda,'
    bia=$(row 'Participant 1234569,Bia,' 7.50 '"as it was"')
    sheet '%s\n' "$MOODLE" "$(row '"Participant 1234567","Ana ""A"" Silva",a@example.com' '' '')" \
        "$(row "Participant 1234568,=1+1,\"j@example.com\"" '"3.00"' $'"was\nhere, before"')" "$bia" "$(row "$duda" '' '')"
    becomes '%s\n' "$MOODLE" "$(row '"Participant 1234567","Ana ""A"" Silva",a@example.com' 5 "\"$FAILS_IN_HTML\"")" \
        "$(row "Participant 1234568,=1+1,\"j@example.com\"" '"10"' "\"$PASSES\"")" "$bia" "$(row "$duda" '' '')"
    [[ $output == *'roster.csv: 2 of 4 rows are filled in.'* ]]
    [[ $output == *'In the sheet, but not among the submissions: Duda'* ]]
    [[ $output == *'Left as it was: Bia (the archive cannot be read, or is too large)'* ]]
    [[ $output != *'Among the submissions'* ]]
}

@test "sheet: the same in Portuguese, with a decimal comma and no space in Participante" {
    students 'map(.exercises[0].points *= 0.75 | .exercises[0].state = "passes")'
    sheet '\xef\xbb\xbf%s\r\n%s\r\n%s' "$PT_BR" \
        'Participante1234567,"Ana Silva",,,,"10,00",Sim,-,-,' 'Participante1234568,João,,,"","10,00",Sim,-,-,""'
    becomes '\xef\xbb\xbf%s\r\n%s\r\n%s' "$PT_BR" \
        'Participante1234567,"Ana Silva",,,"3,75","10,00",Sim,-,-,Exercise 1: 3.75 of 10' \
        'Participante1234568,João,,,"7,5","10,00",Sim,-,-,"Exercise 1: 7.5 of 10"'
}

@test "sheet: of a team in Moodle each has its grade" {
    students 'map(select(.id == "1234568") | .name = "Os Três" | .id = "3")'
    local columns='Identifier,Full name,Group,Grade,Online feedback,Last modified (grade),Feedback comments'
    sheet '%s\n' "$columns" 'Participant 3,Ana,Other,,,,' 'Participant 4,Bia,Os Três,,,,' 'Participant 5,Caio,Os Três,,,,'
    becomes '%s\n' "$columns" 'Participant 3,Ana,Other,,,,' \
        "Participant 4,Bia,Os Três,10,,,$PASSES" "Participant 5,Caio,Os Três,10,,,$PASSES"
    [ "$(takes_back 5)" = '/feedback.txt # João Conceição' ]
}

# takes_back NUMBER: what Moodle would store for whom has this number: it takes the
# first part of the path that has a number between its first two underscores.
takes_back() {
    python3 - "$GRADES/moodle-feedback.zip" "$1" <<'PYTHON'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    for path in archive.namelist():
        parts = path.split("/")
        first = parts.pop(0).split("_", 4)
        assert len(first) == 5 and first[2:4] == ["assignsubmission", "file"], path
        if first[1] == sys.argv[2]:
            print("/".join([first[4]] + parts), archive.read(path).decode(), end="")
PYTHON
}

@test "sheet: an archive of feedback files, as Moodle takes them back" {
    sheet '%s\nParticipant 1234568,"João_da/Silva",,,,10.00,Yes,-,-,\nParticipant 1234569,Bia,,,,10.00,Yes,-,-,' "$MOODLE"
    fills
    [[ $output == *'moodle-feedback.zip: feedback files of 1, as Moodle takes them.'* ]]
    [ "$(takes_back 1234568)" = '/feedback.txt # João Conceição' ]
    [ "$(takes_back 1234569)" = '' ]
}

@test "sheet: that archive without a sheet, from the names in Moodle's download; else none" {
    mkdir "$SUBMISSIONS/Ana Silva_1234567_assignsubmission_file" # since Moodle 4.1
    touch "$SUBMISSIONS/João Conceição_1234568_assignsubmission_file_server.c" \
        "$SUBMISSIONS/Bia_1234569_assignsubmission_file_work.zip"
    run python3 tools/grade/sheet fill "$BATS_TEST_TMPDIR/students.json"
    [ "$output" = 'moodle-feedback.zip: feedback files of 2, as Moodle takes them.' ]
    [ "$(takes_back 1234567)" = '/feedback.txt # Ana Silva' ]
    rm -r "${SUBMISSIONS:?}"/*
    run python3 tools/grade/sheet fill "$BATS_TEST_TMPDIR/students.json"
    [ "$output" = '' ]
    [ ! -e "$GRADES/moodle-feedback.zip" ]
}

@test "sheet: Canvas's gradebook, and its rows that are no students" {
    students 'map(.id |= .[4:])'
    local above=',,,,,Manual Posting,,,\n    Points Possible,,,,,10.00,10.00,(read only),(read only)\n'
    sheet "$CANVAS\n$above"'"Silva, Ana",567,,ana,One,,1,50,50\n"Conceição, João",568,,j,One,EX,,,\n"Student, Test",9,,t,One,,,,\n'
    GRADE=lab\ 1 becomes "$CANVAS\n$above"'"Silva, Ana",567,,ana,One,5,1,50,50\n"Conceição, João",568,,j,One,EX,,,\n"Student, Test",9,,t,One,,,,\n'
    [[ $output == *'roster.csv: 1 of 3 rows are filled in.'* ]]
    [[ $output == *'Canvas takes no comments from a sheet: they are in feedback/ alone.'* ]]
    [[ $output == *'In the sheet, but not among the submissions: Student, Test'* ]]
    [[ $output == *'Among the submissions, but not in the sheet: Bia'* ]]
    [[ $output == *'Left as it was: Conceição, João (the sheet says EX)'* ]]
    refused 'Which assignment of roster.csv is it? GRADE= names it, or a part of its name. There are: Lab 1 (501), Lab 2 (502).'
    GRADE=lab refused 'GRADE=lab names more than one column of roster.csv. There are: Lab 1 (501), Lab 2 (502).'
}

@test "sheet: of one assignment in Canvas nobody has to say the name" {
    students 'map(.id |= .[4:])'
    sheet 'LastName;FirstName;ID;SIS Login ID;Section;Lab (501);Final Score\n    Points Possible;;;;;10,0;\nSilva;Ana;567;a;1;;\n'
    becomes 'LastName;FirstName;ID;SIS Login ID;Section;Lab (501);Final Score\n    Points Possible;;;;;10,0;\nSilva;Ana;567;a;1;5;\n'
}

@test "sheet: a list that looks like Canvas's is filled in by its own names" {
    export ID=student GRADE=lab
    sheet 'student,ID,section,lab\nBia,1,2,\nAna Silva,3,4,\n'
    becomes 'student,ID,section,lab\nBia,1,2,\nAna Silva,3,4,5\n'
    sheet 'Student,ID,Section,Lab\nBia,1,2,\nAna Silva,3,4,\n'
    becomes 'Student,ID,Section,Lab\nBia,1,2,\nAna Silva,3,4,5\n'
}

@test "sheet: folders by name, and a sheet of Moodle or Canvas" {
    students 'map(.id = "")'
    sheet '%s\nParticipant 8,ana silva,,,,10.00,Yes,-,-,-\n' "$MOODLE"
    becomes '%s\nParticipant 8,ana silva,,,5,10.00,Yes,-,-,"%s"\n' "$MOODLE" "$FAILS_IN_HTML"
    [ "$(takes_back 8)" = '/feedback.txt # Ana Silva' ]
    sheet 'Student,ID,Section,Lab (501)\n"Conceição, João",568,1,\n'
    becomes 'Student,ID,Section,Lab (501)\n"Conceição, João",568,1,10\n'
}

@test "sheet: a namesake who handed nothing in has no grade of another" {
    sheet '%s\nParticipant 1234568,João Conceição,,,,10.00,Yes,-,-,\nParticipant 9,João Conceição,,,,10.00,Yes,-,-,\n' "$MOODLE"
    becomes '%s\nParticipant 1234568,João Conceição,,,10,10.00,Yes,-,-,%s\nParticipant 9,João Conceição,,,,10.00,Yes,-,-,\n' "$MOODLE" "$PASSES"
}

@test "sheet: any other, by the names of its columns" {
    export ID=aluno GRADE=Nota FEEDBACK=obs
    sheet 'Aluno;Turma;Nota P1;Nota;Observações\nANA  SILVA;1;9;;\n"Conceicao, João";1;;;""\n"";;;;\n'
    becomes 'Aluno;Turma;Nota P1;Nota;Observações\nANA  SILVA;1;9;5;"%s"\n"Conceicao, João";1;;10;"%s"\n"";;;;\n' "$FAILS" "$PASSES"
    ID='' GRADE='' refused "roster.csv is neither Moodle's grading worksheet nor Canvas's gradebook: name its columns with ID= and GRADE=. There are: Aluno, Turma, Nota P1, Nota, Observações."
    ID=name refused 'ID=name names no column of roster.csv. There are: Aluno, Turma, Nota P1, Nota, Observações.'
    GRADE=aluno refused 'The column Aluno cannot hold two things.'
    FEEDBACK=nota refused 'The column Nota cannot hold two things.'
}

@test "sheet: numbers that a spreadsheet took the zeros of, groups of two, and no column for comments" {
    students '.[0].id = "00042" | .[1] |= (.id = "43, 44" | .name = "João, Caio")'
    export ID=no GRADE=points
    sheet 'no\tpoints\n42\t\n43\t\n44\t\n'
    becomes 'no\tpoints\n42\t5\n43\t10\n44\t10\n'
    [[ $output == *'It has no column for comments: they are in feedback/ alone.'* ]]
    [[ $output == *'Among the submissions, but not in the sheet: Bia'* ]]
}

@test "sheet: where more than one fits, none is guessed" {
    students '.[1].name = "ANA SILVA" | .[2].problem = null'
    export ID=name GRADE=grade
    sheet 'name,grade\nAna Silva,\nBia,1\nbia,2\n'
    becomes 'name,grade\nAna Silva,\nBia,1\nbia,2\n'
    [[ $output == *'Left as it was: Ana Silva (more than one fits), Bia (more than one fits), bia (more than one fits)'* ]]
    [[ $output != *'Among the submissions'* ]]
}

@test "sheet: each encoding, byte order mark, separator and newline comes back" {
    export ID=name GRADE=grade
    local encoding text='name;grade;"l\r\nine"\rJoão Conceição;%s;"ç"";"\r\nBia;x;'
    for encoding in UTF-8 ISO-8859-1 UTF-16LE UTF-16BE; do # the last two with a mark
        for points in '' 10; do
            # shellcheck disable=SC2059
            { [[ $encoding != UTF-16* ]] || printf '\xef\xbb\xbf'; printf "$text" "$points"; } |
                iconv -f UTF-8 -t "$encoding" >"$BATS_TEST_TMPDIR/expected"
            [ -n "$points" ] || { mv "$BATS_TEST_TMPDIR/expected" "$BATS_TEST_TMPDIR/roster.csv" && fills; }
        done
        cmp "$BATS_TEST_TMPDIR/expected" "$GRADES/roster.csv"
    done
    sheet 'name,grade,\x81\nJo\xe3o Concei\xe7\xe3o,,' # which no alphabet has
    becomes 'name,grade,\x81\nJo\xe3o Concei\xe7\xe3o,10,'
    students 'map(.name |= sub("Bia"; "Žana") | .problem = null)' # Windows has the Ž at 8e
    sheet 'name,grade\n\x8eana,'
    becomes 'name,grade\n\x8eana,0'
    students
    sheet 'sep=;\r\nname;a,b,c,d,e;grade\nBia;;\nJoão Conceição;;'
    becomes 'sep=;\r\nname;a,b,c,d,e;grade\nBia;;\nJoão Conceição;;10'
}

@test "sheet: what Moodle's own writer made of a quote behind a backslash" {
    export ID=name GRADE=grade
    sheet '%s\n' 'name,was,grade' 'João Conceição,"printf(\"a, b, c\\n\"\""");",'
    becomes '%s\n' 'name,was,grade' 'João Conceição,"printf(\"a, b, c\\n\"\""");",10'
}

@test "sheet: a grade has the decimal sign of the sheet, or of its language" {
    students 'map(.exercises[0].points = 7.5 | .exercises[0].state = "passes")'
    sheet '%s\n' "$PT_BR" 'Participante 1234567,Ana,,,,,Sim,-,-,'
    becomes '%s\n' "$PT_BR" 'Participante 1234567,Ana,,,"7,5",,Sim,-,-,Exercise 1: 7.5 of 10'
    sheet '%s\n' "$PT_BR" 'Participante 1234567,Ana,,,,10.00,Sim,-,-,'
    becomes '%s\n' "$PT_BR" 'Participante 1234567,Ana,,,7.5,10.00,Sim,-,-,Exercise 1: 7.5 of 10'
    export ID=name GRADE=grade
    sheet 'name;grade\nAna Silva;\n'
    becomes 'name;grade\nAna Silva;7,5\n'
    sheet 'name,grade\nAna Silva,\n'
    becomes 'name,grade\nAna Silva,7.5\n'
}

@test "sheet: a row that is too short is left, and an empty one; empty cells too many do no harm" {
    export ID=name GRADE=grade FEEDBACK=why
    sheet 'name,grade,why\nAna Silva,\n\nJoão Conceição,,,\n'
    becomes 'name,grade,why\nAna Silva,\n\nJoão Conceição,10,%s,\n' "$PASSES"
    [[ $output == *'Left as it was: Ana Silva (the row is too short)'* ]]
    [[ $output == *'1 of 2 rows are filled in.'* ]]
}

@test "sheet: another maximum scales the grade, and it is said" {
    sheet '%s\nParticipant 1234567,Ana,,,,100.00,Yes,-,-,x\n' "$MOODLE"
    becomes '%s\nParticipant 1234567,Ana,,,50,100.00,Yes,-,-,"%s"\n' "$MOODLE" "$FAILS_IN_HTML"
    [[ $output == *'Its highest grade is 100 where 10 points can be got: grades are scaled.'* ]]
}

@test "sheet: who was late has what counts, and the comment says both" {
    students 'map(. + {total: .exercises[0].points, of: 10, final: (.exercises[0].points * 0.9), percent: 10})'
    export ID=name GRADE=grade FEEDBACK=why
    sheet 'name,grade,why\nJoão Conceição,,\n'
    becomes 'name,grade,why\nJoão Conceição,9,Exercise 1: 10 of 10. Late: 9 of these 10 points count\n'
}

@test "sheet: a sentence for each exercise, a line each where there may be lines" {
    students 'map(.exercises += [{exercise: 3, state: "does not build", points: 0, of: 10, tests: []}])'
    ID=name GRADE=grade FEEDBACK=why
    sheet 'name,grade,why\nJoão Conceição,,\n'
    becomes 'name,grade,why\nJoão Conceição,10,"%s. Exercise 3: 0 of 10, does not build"\n' "$PASSES"
    ID='' GRADE='' FEEDBACK=''
    sheet '%s\n%s\n' "$MOODLE" "$(row 'Participant 1234568,J,' '' '')"
    becomes '%s\n%s\n' "$MOODLE" "$(row 'Participant 1234568,J,' 5 "\"$PASSES<br>Exercise 3: 0 of 10, does not build\"")"
}

@test "sheet: what was not judged has no grade, and is named" {
    students 'map(.problem = null) | .[0].exercises[0].state = "not judged"'
    export ID=name GRADE=grade
    sheet 'name,grade\nAna Silva,?\nBia,?\n'
    becomes 'name,grade\nAna Silva,?\nBia,0\n'
    [[ $output == *'Left as it was: Ana Silva (exercise 1 was not judged)'* ]]
}

@test "sheet: what is said on the terminal stands in class.md" {
    export ID=name GRADE=grade
    sheet 'name,grade\n<b>\e[2J,\n'
    fills
    [[ $output == *'not among the submissions: <b>?[2J'* ]]
    grep -qx '## The sheet' "$GRADES/class.md"
    grep -qxF -- '- In the sheet, but not among the submissions: &lt;b&gt;?[2J' "$GRADES/class.md"
}

@test "sheet: what is no sheet ends in a sentence" {
    printf 'PK\3\4' >"$BATS_TEST_TMPDIR/roster.csv"
    refused 'roster.csv is a workbook, not a CSV file: open it, and save it as CSV (UTF-8).'
    : >"$BATS_TEST_TMPDIR/roster.csv"
    refused 'roster.csv is no CSV file: it is empty, or no text.'
    printf '\xff\xfea' >"$BATS_TEST_TMPDIR/roster.csv"
    refused 'roster.csv is broken: it is not the text that its first bytes promise.'
    sheet 'a,b\n1,2\n1,2,3\n'
    refused 'Row 3 of roster.csv has more cells than its first row has columns.'
    sheet 'Identifier,Full name,Grade,Scale,Last modified (grade)\n'
    refused 'roster.csv wants words of a scale: there, points cannot be filled in.'
    rm "$BATS_TEST_TMPDIR/roster.csv"
    refused "There is no file $BATS_TEST_TMPDIR/roster.csv."
}

@test "sheet: nothing is written over" {
    export ID=a GRADE=b
    echo 'a,b' | tee "$GRADES/roster.csv" >"$GRADES/../grades.csv"
    run python3 tools/grade/sheet check "$GRADES/roster.csv"
    [ "$output" = 'grade: roster.csv lies where the filled one is put: name the one that the platform gave.' ]
    run python3 tools/grade/sheet check "$GRADES/../grades.csv"
    [ "$output" = "grade: In $GRADES a file grades.csv stands already: give the sheet another name." ]
    echo 'a,b' >"$GRADES/../rubric.csv" # what a person filled in would be lost
    run python3 tools/grade/sheet check "$GRADES/../rubric.csv"
    [[ $output == *'a file rubric.csv stands already'* ]]
}

# teaches ARGUMENT...: what an instructor types, of submissions that do not build.
teaches() {
    run env -u GRADE -u FEEDBACK make grade SUBMISSIONS="$SUBMISSIONS" GRADES="$GRADES" "$@"
    echo "$output"
}

@test "grader: a download from Moodle and its worksheet become a worksheet to upload" {
    needs bwrap parallel
    local n=0 who folder="$BATS_TEST_TMPDIR/my \$(HOME) sheets"
    mkdir "$folder"
    for who in 'Ana Silva' 'Bia Souza' 'Caio Dias'; do
        mkdir "$SUBMISSIONS/${who}_$((++n))_assignsubmission_file"
        echo '#error' >"$SUBMISSIONS/${who}_${n}_assignsubmission_file/server.c"
    done
    rm "$SUBMISSIONS/Caio Dias_3_assignsubmission_file/server.c"
    printf '%s\r\n' "$MOODLE" "$(row 'Participant 1,Ana Silva,' '' '')" "$(row 'Participant 3,Caio Dias,' '' '')" >"$folder/Grades & more.csv"
    teaches EXERCISE=1 SHEET="$folder/Grades & more.csv"
    [ "$status" = 0 ]
    printf '%s\r\n' "$MOODLE" "$(row 'Participant 1,Ana Silva,' 0 '"Exercise 1: 0 of 10, does not build"')" \
        "$(row 'Participant 3,Caio Dias,' '' '')" | cmp - "$GRADES/Grades & more.csv"
    [[ $output == *'Grades & more.csv: 1 of 2 rows are filled in.'* ]]
    [[ $output == *'Among the submissions, but not in the sheet: Bia Souza'* ]]
    [[ $output == *'Left as it was: Caio Dias (no exercises/'* ]]
    [[ $(takes_back 1) == '/feedback.txt # Ana Silva'* ]]
    grep -qxF -- '- Among the submissions, but not in the sheet: Bia Souza' "$GRADES/class.md"
}

@test "grader: of a sheet that cannot be filled in it speaks before it grades" {
    needs bwrap parallel
    sheet 'who,points\nana,\n'
    mkdir "$SUBMISSIONS/ana"
    teaches SHEET="$BATS_TEST_TMPDIR/roster.csv" ID=whom GRADE=points
    [ "$status" != 0 ]
    [[ $output == *'grade: ID=whom names no column of roster.csv. There are: who, points.'* ]]
    run env -C "$BATS_TEST_TMPDIR" SHEET=roster.csv ID=whom GRADE=points bash "$PWD/tools/grade/grade" class
    [[ $output == 'grade: ID=whom names no column of roster.csv.'* ]]
    teaches SHEET=~/no-such-folder/roster.csv
    [[ $output == *"There is no file $HOME/no-such-folder/roster.csv."* ]]
    [ ! -e "$GRADES/results" ]
}
