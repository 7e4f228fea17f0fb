# adapters.jq: what `one` or `grade` found, for platforms: {problem, exercises}, of
# which each has {exercise, state, points, of, tests}.
include "text";
include "late";

def score: .exercises | map(.points) | add // 0;
def max_score: .exercises | map(.of) | add // 0;

# What there is to say of a test that does not pass.
def said:
  (if .status == "skipped" then .why else .message end)
  + (if .status == "fails" and .hint then "Hint \(.hint) of the statement is about this.\n" else "" end);

# The state in one sentence, where the tests alone would not tell.
def sentence:
  if .problem then .problem
  elif any(.exercises[]; .state == "not judged") then
    "The grader itself had trouble: not all was judged. That is not your fault; tell your teacher."
  else "" end;

# "after_due_date 3.1=visible": the first for all tests, the others for one each.
def visibility($of; $number):
  ($of | split(" ") | map(select(. != ""))) as $words
  | first(($words[] | select(startswith($number + "=")) | ltrimstr($number + "=")),
          ($words[] | select(contains("=") | not)), "visible");

# -> Gradescope's results.json. It shows the tests by their numbers.
def gradescope($visibility):
  {score: (.final // score), output: ([sentence, (if .lateness then time_told else empty end)] | map(select(. != "")) | join("\n")),
   output_format: "text", test_output_format: "text",
   tests: [.exercises[] | .exercise as $n | .tests | to_entries[]
     | "\($n).\(.key)" as $number | .value
     | {number: $number, name: "exercise \($n): \(.name)", score: .points, max_score: .of,
        output: said, status: (if .status == "passes" then "passed" else "failed" end),
        visibility: visibility($visibility; $number)}]};

# Of what a platform takes 1 MB at most: PrairieLearn, and the summary of a job.
def short: if length > 5000 then .[:5000] + "\n(and more)\n" else . end;

# -> PrairieLearn's results.json. Where nothing was handed in, or nothing builds, it
# costs no try.
def prairielearn:
  [.exercises[] | select(.state != "not started")] as $begun
  | (if sentence != "" then [sentence]
     elif all($begun[]; .state == "does not build") then [$begun[].tests[0].message | short]
     else [] end) as $errors
  | {gradable: ($errors == []), score: (if max_score > 0 then score / max_score else 0 end),
     message: "\(score) of \(max_score) points",
     tests: [.exercises[] | .exercise as $n | .tests[]
       | {name: "exercise \($n): \(.name)", points, max_points: .of,
          message: (if .status == "skipped" then .why else .status end),
          output: (if .status == "fails" then said | short else "" end)}]}
    + (if $errors == [] then {} else {format_errors: $errors} end);

# -> Classroom 50's result.json. $run says whose it is, and which try.
def classroom50($run):
  {schema: "classroom50/result/v1"} + $run + {score: score, "max-score": max_score,
   tests: [.exercises[] | .exercise as $n | .tests[] | select(.of > 0)
     | {"test-name": "exercise \($n): \(.name)", passed: (.status == "passes"),
        score: .points, "max-score": .of, message: said}]};

# -> the summary of a job of GitHub Actions.
def summary:
  "# \(score) of \(max_score) points\n",
  (sentence | select(. != "") | in_cell + "\n"),
  (.exercises[] | select(.state != "not started")
    | "## Exercise \(.exercise)\(if .title then ": " + .title else "" end): \(.state), \(.points) of \(.of)\n",
      "| | behaviour | points |", "|---|---|---|",
      (.tests[] | "| \(if .status == "skipped" then "not judged" else .status end) | \(.name | in_cell) | \(.points) of \(.of) |"),
      "",
      (.tests[] | select(.status == "fails")
        | "<details><summary>\(.name | in_cell)</summary>\n",
          "```text\n" + (said | short | gsub("```"; "'''") | gsub("\u001b"; "?") | rtrimstr("\n")) + "\n```\n",
          "</details>\n"));
