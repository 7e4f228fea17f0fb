# grade.jq: from what bats prints (TAP) to tables, feedback and other formats.
include "text";
include "late";
include "adapters";

# One exercise's TAP, as lines -> {exercise, state, points, of, tests}.
def tap($exercise):
  (map(capture("^1\\.\\.(?<n>[0-9]+)$").n | tonumber) | first // 0) as $planned
  | reduce .[] as $line ([];
      ($line | capture("^(?<no>not )?ok (?<n>[0-9]+) exercise [0-9]+: (?<name>.*?)(?: \\[(?<points>[0-9]+)\\])?(?<skip> # skip ?(?<why>.*))?$") // null) as $test
      | if $test != null and ($test.n | tonumber) == length + 1 then
          . + [{name: $test.name, of: ($test.points // "0" | tonumber), message: "",
                why: ($test.why // ""),
                status: (if $test.no then "fails" elif $test.skip then "skipped" else "passes" end)}]
        elif length > 0 and ($line | startswith("#")) then
          .[-1].message += ($line | ltrimstr("#") | ltrimstr(" ")) + "\n"
        else . end)
  | map(.points = (if .status == "passes" then .of else 0 end)) as $tests
  | {exercise: $exercise, tests: $tests,
     points: ($tests | map(.points) | add // 0), of: ($tests | map(.of) | add // 0)}
  | .state =
      (if ($tests | length) != $planned or $planned == 0
          or any($tests[]; .message | test("(^|\n)(grader: |peer: This is trouble)"))
          or any($tests[]; .status == "skipped" and (.why | test("^(not started|[a-z]+\\.c does not build)") | not))
       then "not judged"
       elif all($tests[]; .status == "skipped") then "not started"
       elif $tests[0].status == "fails" and all($tests[1:][]; .status == "skipped") then "does not build"
       elif all($tests[]; .status == "passes") then "passes"
       else "fails" end);

# What take-files printed -> what was left, and what the trouble was, or null.
def taken:
  split("\n")
  | {left: [.[] | select(startswith("left: ")) | ltrimstr("left: ")],
     problem: ([.[] | select(startswith("problem: ")) | ltrimstr("problem: ")] | first)};

# The lines of several files exerciseN.tap -> the exercises, in order.
def exercises:
  [inputs | {n: (input_filename | capture("exercise(?<n>[0-9]+)[.]tap$").n | tonumber), line: .}]
  | group_by(.n)
  | map(.[0].n as $n | map(.line)
      | tap($n) + {judged: (.[0] | capture("^# (?<kit>[^ ]+) (?<program>[^ ]+)$") // null)});

# The files exerciseN.tap of one exercise, what its statement says of it, what
# take-files said of the submission, and the hash of the kit -> the document that
# `one` prints. result.schema.json says what is in it.
def document($about; $left; $kit):
  exercises[0]
  | {version: 1, exercise, title: $about.title, state, points, of}
    + ($left | taken)
    + {tests: [.tests[] | . + ($about.behaviours[.name] // {})], kit: $kit};

def plural($n; $word): "\($n) \($word)\(if $n == 1 then "" else "s" end)";
def total: map(.points) | add // 0;
def out_of: map(.of) | add // 0;

# One student -> what is said as soon as it is graded.
def progress:
  "\(called | gsub("[[:cntrl:]]"; "?")): \(.exercises | total) of \(.exercises | out_of)"
  + (if .final != .total then ", and \(.final) since it was late" else "" end)
  + (if .problem then " (\(.problem))" else "" end);

# Text that may hold anything -> XML 1.0 text.
def xml: gsub("[^\\x{9}\\x{A}\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]"; "?") | @html;

# A cell that no spreadsheet takes for a formula.
def cell: if type == "string" and test("^[-=+@\t\r]") then "'" + . else . end;

# The students: [{name, id, late, problem, left, exercises}] -> grades.csv
def grades_csv:
  (["student", "id", "late"] + [first(.[].exercises | select(length > 0))[] | "exercise \(.exercise)"] + ["total"] + time_headings + ["state"]),
  (.[] | [(.name | cell), (.id | cell), (if .late then "late" else "" end)] + [.exercises[] | if .state == "not judged" then "" else .points end]
    + [(.exercises | total)] + time_cells + [(if .problem then .problem else
        [.exercises[].state] as $states
        | ["passes", "fails", "does not build", "not started", "not judged"]
        | map(. as $state | ($states | map(select(. == $state)) | length) as $n
              | select($n > 0) | "\($n) \($state)") | join(", ") end)])
  | @csv;

def fenced: "```text\n" + (gsub("```"; "'''") | rtrimstr("\n")) + "\n```\n";

# One student -> feedback/STUDENT.md
def feedback:
  "# \(.name | in_markdown)\n",
  time_told,
  (if .problem then "\(.problem)\n" else empty end),
  "| exercise | state | points |\n|---|---|---|",
  (.exercises[] | "| \(.exercise) | \(.state) | \(.points) of \(.of)\(if .was then "; was \(.was.points) of \(.was.of): \(.was.why)" else "" end) |"),
  "| total | | \(.exercises | total) of \(.exercises | out_of) |",
  (if .final != .total then "| final | late | \(.final) of \(.exercises | out_of) |" else empty end), "",
  (.exercises[] | select(.state != "not started") | .exercise as $n
    | "## Exercise \($n): \(.state)\n",
      (.tests[] | "- \(if .status == "passes" then "passes" elif .status == "fails" then "fails" else "not judged (\(.why))" end): \(.name)\(if .of > 0 then " (\(.points) of \(.of))" else "" end)"),
      "",
      (.tests[] | select(.status == "fails") | "### \(.name)\n", (.message | fenced)),
      "To repeat it: `make exercise\($n)`, then `bats tests/exercise\($n).bats`.\n"),
  (if (.left | length) > 0 then
    "## Files that were not taken\n\nOnly what the statements name is graded; the kit's own files are the instructor's.\n",
    (.left[] | "- `\(gsub("`"; "'"))`"), "" else empty end);

# The students -> class.md: what most of them fail.
def hardest:
  [.[].exercises[] | select(.state == "fails" or .state == "passes") | .exercise as $n
    | .tests[] | select(.status != "skipped") | {n: $n, name, failed: (.status != "passes")}]
  | group_by([.n, .name])
  | map({n: .[0].n, name: .[0].name, begun: length, failed: (map(select(.failed)) | length)})
  | map(select(.failed > 0)) | sort_by(-(.failed / .begun), .n);

def class:
  ["passes", "fails", "does not build", "not started", "not judged"] as $states
  | "# The class: \(plural(length; "student"))\n",
    "| exercise | \($states | join(" | ")) |",
    "|---" * 6 + "|",
    ([.[].exercises[]] | group_by(.exercise)[]
      | map(.state) as $all
      | "| \(.[0].exercise) | \($states | map(. as $state | [$all[] | select(. == $state)] | length | tostring) | join(" | ")) |"),
    "\n## What fails most\n",
    (if hardest == [] then "Nothing, of what was begun and builds." else
      "Of those whose programs build, so many fail:\n",
      "| exercise | behaviour | fail | |", "|---" * 4 + "|",
      (hardest[] | "| \(.n) | \(.name) | \(.failed) of \(.begun) | \("█" * (.failed / .begun * 20 | ceil)) |") end);

# The students -> junit.xml
def junit:
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>",
  (.[] | .name as $student | .exercises[]
    | "<testsuite name=\"\($student | xml) exercise \(.exercise)\" tests=\"\(.tests | length)\" failures=\"\([.tests[] | select(.status == "fails")] | length)\" skipped=\"\([.tests[] | select(.status == "skipped")] | length)\">",
      (.exercise as $n | .tests[]
        | "<testcase classname=\"\($student | xml).exercise\($n)\" name=\"\(.name | xml)\">"
          + (if .status == "fails" then "<failure>\(.message | xml)</failure>"
             elif .status == "skipped" then "<skipped message=\"\(.why | xml)\"/>" else "" end)
          + "</testcase>"),
      "</testsuite>"),
  "</testsuites>";

# The files of one student, who that is ({name, id, late, submitted, file}), and
# what take-files said of the submission -> what grade keeps: a name for files, the
# progress, what is to be judged again, results.json and student.json in a line
# each, and the feedback.
def student($who; $left):
  $who + {exercises: exercises} + ($left | taken)
  | counted($left | split("\n")) | compared($ARGS.named.before[0].stood // {})
  | .file,
    progress,
    ([.exercises[] | select(.state == "not judged").exercise | tostring] | join(" ")),
    (gradescope("visible") | tojson),
    tojson,
    feedback;
