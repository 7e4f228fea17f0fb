# What `bench` measured, as tables and as data for gnuplot. Input: an array of
# the lines of results.jsonl.

def names: {"step6": "step 06", "step7": "step 07", "step8": "step 08", "step9": "step 09",
  "step10": "step 10", "old": "old build", "step12": "step 12", "step12-core": "step 12 on one core",
  "epoll": "epoll, C", "epoll-log": "epoll with the log", "python": "Python, threads", "node": "Node.js", "go": "Go",
  "go-batch": "Go, batched writes", "ncat": "ncat --broker", "redis": "redis-server", "nats": "nats-server"};
def scene_names: {"busy-10": "10 clients, all talk", "busy-100": "100 clients, 10 talk",
  "busy-500": "500 clients, 10 talk", "busy-1000": "1000 clients, 10 talk", "flood": "100 clients, 10 flood",
  "one-10": "one line at a time, 10 clients", "one": "one line at a time, 100 clients", "all": "500 clients, all talk",
  "loaded-500": "500 clients, 10 talk, all cores busy", "busy-10000": "10,000 clients, 10 talk"};

def in_order(f): reduce .[] as $x ([]; if index([$x | f]) then . else . + [$x | f] end);
def quantile(f; $part): map(f) | sort | .[length * $part | floor];
def median(f): quantile(f; 0.5);
def of($peer; $scene): map(select(.peer == $peer and .scene == $scene));
def round_to($digits): . * pow(10; $digits) | round / pow(10; $digits);
def short: if . >= 10 then round elif . >= 1 then round_to(1) else round_to(2) end;
def trouble: (map(.lost) | add) as $lost | (map(.closed) | add) as $closed
  | if $closed > 0 then " (drops clients)" elif $lost > 0 then " (does not keep up)" else "" end;
def row: "| " + join(" | ") + " |";
def table($head): ($head | row), ($head | map("---") | row), (.[] | row);

# ratios: how many times as much of something step 12 has.
def ratios(f):
  . as $all | (in_order(.scene)) as $scenes
  | [in_order(.peer)[] | select(. != "step12") as $peer
     | [names[$peer]] + [$scenes[] as $scene
       | ($all | of($peer; $scene)) as $theirs | ($all | of("step12"; $scene)) as $ours
       | if $theirs == [] or $ours == [] or ($theirs | median(f)) == 0 then "–"
         else "\(($ours | median(f)) / ($theirs | median(f)) | short)×\($theirs | trouble)"
         end]]
  | table(["step 12 against"] + [$scenes[] | scene_names[.]]);

# costs: of each peer in one scene.
def costs($scene):
  . as $all
  | [in_order(.peer)[] as $peer | ($all | of($peer; $scene)) | select(. != [])
     | . as $results | [names[$peer], (median(.deliveries_per_second) / 1000 | round | tostring) + trouble,
        ([0.25, 0.75] | map(. as $part | $results | quantile(.deliveries_per_second; $part) / 1000 | round | tostring) | join(" to ")), (median(.cpu_s_per_million) | round_to(2)),
        (median(.p50_us) / 1000 | round_to(1)), (median(.p99_us) / 1000 | round_to(1)),
        (median(.rss_kb) / 1024 | round_to(1)), median(.threads)] | map(tostring)]
  | table([scene_names[$scene], "1000 deliveries/s", "quartiles", "CPU s per million", "p50 ms", "p99 ms", "MB", "threads"]);

# crowd: how long all took to come and to leave, and what the server had then.
def crowd($scene):
  . as $all
  | [in_order(.peer)[] as $peer | ($all | of($peer; $scene)) | select(. != [])
     | [names[$peer], (median(.came_s) | round_to(1)), (median(.left_s) | round_to(1)),
        (median(.peak_kb) / 1024 | round_to(1)), (map(.lost) | add), (map(.closed) | add)] | map(tostring)]
  | table([scene_names[$scene], "all came, s", "all left, s", "most MB", "lines lost", "clients dropped"]);

def report:
  "How many times as many lines step 12 delivers in a second (medians of \(group_by([.peer, .scene]) | map(length) | unique | [first, last] | unique | join(" to "))):",
  "", ratios(.deliveries_per_second),
  "", "How many times as much CPU a delivery costs step 12 (below 1 it needs less):",
  "", ratios(.cpu_s_per_million),
  (in_order(.scene)[] as $scene | "", costs($scene)),
  (map(select(.left_s)) | in_order(.scene)[] as $scene | "", crowd($scene));

# A block for each peer: its name, then clients and a figure in each line.
def against_clients(f):
  . as $all
  | in_order(.peer)[] as $peer
  | ($all | map(select(.peer == $peer and (.scene | startswith("busy-"))))) | select(. != [])
  | "\"\(names[$peer])\"", (group_by(.clients)[] | "\(.[0].clients) \(median(f))"), "", "";

def latencies($scene):
  . as $all
  | in_order(.peer)[] as $peer | ($all | of($peer; $scene)) | select(. != [])
  | "\"\(names[$peer])\" \(median(.p50_us) / 1000) \(median(.p99_us) / 1000)";

# What no step may do to a line; 08 and 09 drop people in a flood, and say so.
def broken_promises:
  .[] | select((.peer | startswith("step")) and (.peer | IN("step8", "step9") | not))
  | select(.lost + .duplicated + .reordered + .damaged + .closed > 0) | tojson;
