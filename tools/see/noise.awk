# noise.awk: leaves out of a timeline the calls that a step is not about, so that
# the others are seen. Reads and prints what order.awk prints. step is the number
# of the step; how many calls of which names were left out goes to the file that
# `said` names.
#
# Shown is what the step's text explains, and what its listing has in the open:
#   SO_REUSEADDR 01   getsockname 01, 02   TCP_NODELAY 03   SO_SNDTIMEO 08
#   SO_KEEPALIVE, TCP_KEEPIDLE, TCP_USER_TIMEOUT 12
#   how a client waits for typing and the server at once: 03 to 05
#   how it notices, while it waits, that nobody takes its output: 03
#   the pipe that wakes the postman: 10, 11

BEGIN {
    FS = OFS = "\t"
    about["SO_REUSEADDR"] = " 1 "
    about["TCP_NODELAY"] = " 3 "
    about["SO_SNDTIMEO"] = " 8 "
    about["SO_KEEPALIVE"] = about["TCP_KEEPIDLE"] = about["TCP_USER_TIMEOUT"] = " 12 "
    about["getsockname"] = " 1 2 "
    about["typing"] = " 3 4 5 "
    about["output"] = " 3 "
    about["postman"] = " 10 11 "
}

# What a call is part of, if it may be noise somewhere.
function part_of(program, from, to, text,   option) {
    if (text ~ /^setsockopt\(/) {
        option = text
        sub(/^setsockopt\([^,]*, [^,]*, /, "", option)
        sub(/,.*/, "", option)
        return option
    }
    if (text ~ /^getsockname\(/)
        return "getsockname"
    if (program == "server" && (text ~ /^(p?poll|pipe)\(/ || from " " to ~ /<pipe:/))
        return "postman"
    if (text ~ /^poll\(/)
        return text ~ /fd=1, events=0/ ? "output" : "typing"
    return ""
}

# Waiting in a call that is left out is told with the next one of its thread.
{
    part = part_of($3, $6, $7, $10)
    if (part != "" && index(about[part], " " step " ") == 0) {
        name = $10
        sub(/\(.*/, "", name)
        if (!left_out[name]++)
            names = names (names == "" ? "" : ", ") name
        count++
        waited[$4] = name == "poll" ? $9 : 0
        next
    }
    if (waited[$4] >= 0.001 && $9 < 0.001 && $10 ~ /^(read|recv)\(/)
        $9 = waited[$4] " poll"
    waited[$4] = 0
    print
}

END {
    if (count > 0)
        printf "Left out: %d call%s that this step is not about (%s).\n", count, count == 1 ? "" : "s", names >said
}
