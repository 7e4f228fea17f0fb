# What `bench` measured, as tables and as data for gnuplot. Input: an array of
# the lines of results.jsonl.

def names: {"step6": "step 06", "step7": "step 07", "step8": "step 08", "step9": "step 09",
  "step10": "step 10", "step11": "step 11", "epoll": "epoll, C", "python": "Python, threads", "node": "Node.js", "go": "Go",
  "go-batch": "Go, batched writes", "ncat": "ncat --broker", "redis": "redis-server", "nats": "nats-server"};
def scene_names: {"busy-10": "10 clients, all talk", "busy-100": "100 clients, 10 talk",
  "busy-500": "500 clients, 10 talk", "busy-1000": "1000 clients, 10 talk", "flood": "100 clients, 10 flood",
  "one": "one line at a time, 100 clients", "all": "500 clients, all talk"};

def in_order(f): reduce .[] as $x ([]; if index([$x | f]) then . else . + [$x | f] end);
def median(f): map(f) | sort | .[length / 2 | floor];
def of($peer; $scene): map(select(.peer == $peer and .scene == $scene));
def round_to($digits): . * pow(10; $digits) | round / pow(10; $digits);
def short: if . >= 10 then round elif . >= 1 then round_to(1) else round_to(2) end;
def trouble: (map(.lost) | add) as $lost | (map(.closed) | add) as $closed
  | if $closed > 0 then " (drops clients)" elif $lost > 0 then " (does not keep up)" else "" end;
def row: "| " + join(" | ") + " |";
def table($head): ($head | row), ($head | map("---") | row), (.[] | row);

# ratios: how many times as many deliveries a second step 11 makes.
def ratios:
  . as $all | (in_order(.scene)) as $scenes
  | [in_order(.peer)[] | select(. != "step11") as $peer
     | [names[$peer]] + [$scenes[] as $scene
       | ($all | of($peer; $scene)) as $theirs | ($all | of("step11"; $scene)) as $ours
       | if $theirs == [] or $ours == [] then "–"
         else "\(($ours | median(.deliveries_per_second)) / ($theirs | median(.deliveries_per_second)) | short)×\($theirs | trouble)"
         end]]
  | table(["step 11 against"] + [$scenes[] | scene_names[.]]);

# costs: of each peer in one scene.
def costs($scene):
  . as $all
  | [in_order(.peer)[] as $peer | ($all | of($peer; $scene)) | select(. != [])
     | [names[$peer], (median(.deliveries_per_second) / 1000 | round | tostring) + trouble, (median(.cpu_s_per_million) | round_to(2)),
        (median(.p50_us) / 1000 | round_to(1)), (median(.p99_us) / 1000 | round_to(1)),
        (median(.rss_kb) / 1024 | round_to(1)), median(.threads)] | map(tostring)]
  | table([scene_names[$scene], "1000 deliveries/s", "CPU s per million", "p50 ms", "p99 ms", "MB", "threads"]);

def report:
  "How many times as many lines step 11 delivers in a second (medians of \(group_by([.peer, .scene]) | map(length) | max)):",
  "", ratios,
  (in_order(.scene)[] as $scene | "", costs($scene));

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
