# timeline.awk: reads the events that order.awk prints, for lanes.awk (text) and
# sequence.awk (a picture): which lanes there are, from left to right, and what
# stands in them.

BEGIN { NEVER = "9999999999.000000" } # when a call returns that never did

# The server, the wire, the clients.
function rank(task) {
    return program[task] == "server" ? 1 : program[task] == "wire" ? 2 : 2 + substr(program[task], 7)
}

function add_lane(task,   i) {
    for (i = lanes++; i > 0 && rank(lane[i]) > rank(task); i--) {
        lane[i + 1] = lane[i]
        place[lane[i]] = i + 1
    }
    lane[i + 1] = task
    place[task] = i + 1
}

# A program's first thread goes by its name alone.
function lane_name(task,   own) {
    own = program[task]
    sub(/client/, "client ", own)
    if (own == "wire")
        return "on the wire"
    if (task == main[program[task]])
        return own
    if (!(task in name))
        return own ": thread " task
    return own ": " name[task] (threads[program[task], name[task]] > 1 ? " " number[task] : "")
}

# Packets know addresses only; a client goes by its name where it has told its own.
function with_names(text,   address, who) {
    for (address in at)
        if (index(text, address)) {
            who = at[address]
            sub(/client/, "client ", who)
            text = substr(text, 1, index(text, address) - 1) who substr(text, index(text, address) + length(address))
        }
    return text
}

function what_happened(field,   text) {
    text = field[10]
    if (field[5] == "start")
        text = "starts " lane_name(text)
    if (field[3] == "wire")
        text = with_names(text)
    if (field[5] == "exit" && field[4] != main[field[3]])
        text = "ends"
    if (field[9] + 0 >= 0.001)
        text = text "   (waited " (field[9] + 0 < 1 ? int(field[9] * 1000 + 0.5) " ms" : sprintf("%.1f s", field[9])) \
            (field[9] ~ / poll/ ? ", in poll" : "") ")"
    return text
}

$5 == "name" { name[$4] = $10; number[$4] = ++threads[$3, $10]; next }
{
    if (!($4 in program)) {
        program[$4] = $3
        if (!($3 in main))
            main[$3] = $4
        add_lane($4)
    }
    if ($3 ~ /^client/ && $7 != "")
        at[$6] = $3
    if (!begun)
        begun = $2
    event[++events] = $0
}
