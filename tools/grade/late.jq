# late.jq: when each one's work came, what that costs, and what a new judgement
# has changed. `rules` are those that tools/grade/late has given to a student.

include "text";

def hundredths: . * 100 | round / 100;

# Seconds -> 1 d 10 h 16 min
def span:
  [[./86400 | floor, "d"], [./3600 % 24, "h"], [./60 % 60, "min"]]
  | map(select(.[0] > 0) | "\(.[0]) \(.[1])") | if . == [] then "less than a minute" else join(" ") end;

# A time -> as a clock where the deadline was set shows it.
def clock($rules): "\(. + $rules.offset | strftime("%Y-%m-%d %H:%M")) \($rules.zone)";

# The lines of take-files -> when it was handed in, and who says so.
def handed_in($rules):
  def told($mark): map(select(startswith($mark)) | ltrimstr($mark)) | first;
  if $rules.given then {at: $rules.given, by: $rules.source}
  elif told("commit: ") then {at: (told("commit: ") | tonumber), by: "the last commit"}
  elif told("newest: ") then {at: (told("newest: ") | tonumber), by: "the newest file"}
  else {at: null, by: (told("untimed: ") // "nothing was taken that has a time")} end;

# One student, with exercises, and what take-files said -> the sums, and by the
# rules the delay in seconds (null: nobody knows), what it costs, what remains.
def counted($left):
  .rules as $rules | .late as $marked
  | del(.rules)
  | .total = ([.exercises[].points] | add // 0) | .of = ([.exercises[].of] | add // 0) | .final = .total
  | if $rules == null then . else
      ($left | handed_in($rules)) as $came
      | (if $came.at == null then null else $came.at - $rules.deadline end) as $delay
      | .late_by = (if $delay == null then null elif $delay <= $rules.grace then 0 else $delay end)
      | ((.late_by // 0) / $rules.every | ceil * $rules.amount) as $worth
      | .penalty = (if $rules.is_percent then .total * ([$worth, 100] | min) / 100 else [$worth, .total] | min end | hundredths)
      | .percent = (if $rules.is_percent then [$worth, 100] | min elif .total > 0 then .penalty * 100 / .total else 0 end | hundredths)
      | .final = (.total - .penalty | hundredths)
      | .submitted_at = (if $came.at == null then "" else $came.at | todate end)
      | .lateness = {
          by: $came.by, rate: $rules.late, deadline: ($rules.deadline | clock($rules)), extended: $rules.extended,
          came: (if $came.at == null then "" else $came.at | clock($rules) end),
          late_by: (if (.late_by // 0) > 0 then .late_by | span else "" end)}
      | .lateness.verdict =
          (if .late_by == null and $marked then "late, as the platform marks it; nobody knows by how much, so it costs nothing"
           elif .late_by == null then "nobody knows when, so it costs nothing"
           elif .late_by > 0 then "late by \(.lateness.late_by)"
           elif $marked then "in time, though the platform marks it late"
           elif $delay > 0 then "in time, within the grace"
           else "in time" end)
    end;

# One student -> the sentences on time in the feedback.
def time_told:
  if .lateness == null then (if .late then "Handed in late.\n" else empty end) else
    "Deadline: \(.lateness.deadline)\(if .lateness.extended then ", extended for you" else "" end).",
    (if .late_by == null then "Handed in: \(.lateness.verdict) (\(.lateness.by)).\n"
     else "Handed in: \(.lateness.came), by \(.lateness.by): \(.lateness.verdict).\n" end),
    (if .late_by != null and .late_by > 0 then
      "Penalty: \(.lateness.rate), which is \(.percent)%: \(.penalty) of \(.total) points. \(.final) remain.\n" else empty end)
  end;

# One student -> cells of grades.csv; and their headings.
def time_cells:
  if .lateness == null then [] else
    [.lateness.came, .lateness.by,
     (if .late_by == null then (if .late then "late" else "" end) else .lateness.late_by end),
     "\(.percent)%", .final] end;
def time_headings: if any(.[]; .lateness != null) then ["handed in", "by", "late by", "penalty", "final"] else [] end;

# One student -> what they are called, with the number where another is called so
# (whose files have the beginning of a key behind the name, then).
def called: .name + (if .id != "" and (.file | test("-[0-9a-f]{8}$")) then " (\(.id))" else "" end);

# The students -> class.md's part on time; $rules is what holds for all of them.
def class_late($rules):
  select(any(.[]; .lateness != null))
  | "\n## Late\n", ($rules | rtrimstr("\n") | split("\n")[] | "- \(in_cell)"), "",
    (map(select(.late or .late_by == null or .late_by > 0)) as $late
     | if $late == [] then "Everybody was in time." else
        "| student | handed in | by | | total | penalty | final |", "|---" * 7 + "|",
        ($late[] | "| \(called | in_cell) | \(.lateness.came) | \(.lateness.by | in_cell) | \(.lateness.verdict) | \(.total) of \(.of) | \(.percent)% | \(.final) |") end);

# The students, and whether there is a sheet -> of how many nobody knows when, or nothing.
def class_untimed($sheet):
  [.[] | select(.lateness != null and .problem == null)] as $judged
  | ($judged | map(select(.late_by == null)) | length) as $untimed
  | select($untimed > 0)
  | "When it was handed in is not known of \($untimed) of \($judged | length): to be late costs these nothing."
    + (if $sheet == "" then " Of Moodle its worksheet tells, with SHEET=." else "" end);

# Why an exercise was judged again, by its two hashes then and now.
def why_again($former):
  [(if .program != $former.program then "their file changed" else empty end),
   (if (.kit | split("-")[0]) != ($former.kit | split("-")[0]) then "the tests or common/ changed" else empty end),
   (if (.kit | split("-")[1]) != ($former.kit | split("-")[1]) then "UNSAFE=1 changed" else empty end)]
  | if . == [] then "judged once more (ALL=1)" else join(", ") end;

# One student, and how their exercises stood after the run before -> the same, with
# `stood`, for the next run, and in each exercise whose points a new judgement has
# changed `was`: until the next change.
def compared($stood):
  reduce (.exercises[] | select(.state != "not judged" and .judged)) as $now (.stood = $stood;
    "\($now.exercise)" as $n | .stood[$n] as $former
    | .stood[$n] = ($now | {points, of, state, judged})
    | if $former == null then .
      elif $former.state == "not started" or [$former.points, $former.of] == [$now.points, $now.of] then .stood[$n].was = $former.was
      else .stood[$n].was = ($former | {points, of, why: (.judged as $by | $now.judged | why_again($by))}) end
    | if .stood[$n].was == null then del(.stood[$n].was) else . end)
  | .stood as $stand
  | .exercises |= map($stand["\(.exercise)"].was as $was | if $was then .was = $was else . end);

# The students -> class.md's part on what was judged again.
def class_regraded:
  [.[] | called as $name | .exercises[] | select(.was) | {name: $name} + .]
  | select(. != [])
  | "\n## Regraded\n", "| student | exercise | before | now | why |", "|---" * 5 + "|",
    (.[] | "| \(.name | in_cell) | \(.exercise) | \(.was.points) of \(.was.of) | \(if .state == "not judged" then .state else "\(.points) of \(.of)" end) | \(.was.why) |");

# Names -> class.md's part on whose submissions are not there any more.
def class_gone:
  select(. != [])
  | "\n## No longer in the folder\n", "Their results are kept, and are in no table of this run.\n", (.[] | "- \(in_cell)");
