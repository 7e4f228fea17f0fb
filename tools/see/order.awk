# order.awk: puts a sorted timeline into the order of cause and effect, and adds
# what caused what. strace tells when a call returned to some microseconds only,
# or to milliseconds on a busy machine: too little to order two threads by.
# Nothing is received before it was sent, and nobody is accepted who has not
# connected; everything else stays where its time puts it.
#
# Prints each event with its number before it, and behind it, after a tab, the
# numbers of the events that it could not come before.

function is_stream(from, to) { return from != "" && to != "" }

# What has come this way, and whether nothing more will. A pipe has no wire.
function by_wire(way) { return wire && way !~ /<pipe:/ }
function arrived(way) { return by_wire(way) ? reached[way] : sent[way] }
function is_over(way) { return by_wire(way) ? way in finished : way in ended }

# Whether all that event e waits for has been printed.
function ready(e,   way) {
    way = to[e] " " from[e]
    if (what[e] == "accept")
        return (wire ? reached["SYN-ACK"] : connected) > accepted
    if (what[e] == "recv" && udp[e])
        return (wire ? reached["datagram"] : sent["datagram"]) > got["datagram"]
    if (what[e] == "recv" && is_stream(from[e], to[e]))
        return bytes[e] > 0 ? arrived(way) >= got[way] + bytes[e] : way in unheard || is_over(way)
    if (what[e] == "poll" && is_stream(from[e], to[e]))
        return arrived(way) > got[way] || way in unheard || is_over(way)
    way = from[e] " " to[e]
    if (what[e] == "data")
        return udp[e] ? sent["datagram"] > reached["datagram"] : sent[way] >= reached[way] + bytes[e]
    if (what[e] == "SYN")
        return connected > reached["SYN"]
    if (what[e] == "SYN-ACK")
        return reached["SYN"] > reached["SYN-ACK"]
    if (what[e] == "FIN")
        return way in ended
    return 1
}

# The events that sent the bytes from start to stop of a way.
function causes(way, start, stop,   i, list) {
    for (i = 1; i <= pieces[way]; i++)
        if (piece_start[way, i] < stop && piece_end[way, i] > start)
            list = list " " piece[way, i]
    return list
}

function add_piece(way, start, stop) {
    pieces[way]++
    piece[way, pieces[way]] = printed
    piece_start[way, pieces[way]] = start
    piece_end[way, pieces[way]] = stop
}

# Nothing more comes this way.
function end(way) {
    if (!(way in ended))
        ended[way] = printed
}

# Prints event e, never earlier than the one before, and notes what others may wait for.
function emit(e,   way, list, size) {
    printed++
    done[e] = 1
    way = udp[e] ? "datagram" : what[e] == "recv" || what[e] == "accept" ? to[e] " " from[e] : from[e] " " to[e]
    size = udp[e] ? 1 : bytes[e]
    if (what[e] == "connect") {
        connected++
        add_piece("connect", connected - 1, connected)
    } else if (what[e] == "accept") {
        list = causes("connect", accepted, accepted + 1)
        accepted++
    } else if (what[e] ~ /^SYN/) {
        reached[what[e]]++
    } else if (what[e] == "send" && from[e] != "") {
        add_piece(way, sent[way], sent[way] + size)
        sent[way] += size
    } else if (what[e] == "data") {
        reached[way] += size
    } else if (what[e] == "recv" && from[e] != "" && bytes[e] > 0) {
        list = causes(way, got[way], got[way] + size)
        got[way] += size
    } else if (what[e] == "recv" && way in ended) {
        list = " " ended[way]
    } else if (what[e] == "end" && text[e] ~ /SHUT_RD\)/) {
        unheard[to[e] " " from[e]]
    } else if (what[e] == "end" && is_stream(from[e], to[e])) {
        end(way)
    } else if (what[e] == "exit" && task[e] == main[program[e]]) {
        for (way in owner)
            if (owner[way] == program[e])
                end(way)
    }
    if (time[e] + 0 > clock + 0)
        clock = time[e]
    sub(/^[^\t]*/, clock, line[e])
    if (what[e] == "FIN" || text[e] ~ /bytes, FIN/)
        finished[way]
    print printed "\t" line[e] "\t" substr(list, 2)
}

$4 == "name" { print 0 "\t" $0 "\t"; next }
{
    line[++events] = $0
    time[events] = $1; program[events] = $2; task[events] = $3; what[events] = $4
    from[events] = $5; to[events] = $6; bytes[events] = $7; text[events] = $9
    udp[events] = $9 ~ /^(sendto|recvfrom)\(|^UDP/
    wire = wire || $2 == "wire"
    if (!($2 in main))
        main[$2] = $3
    if (is_stream($5, $6) && $2 != "wire")
        owner[$5 " " $6] = $2
}

# The first event that is ready, and that no earlier one of its thread waits for.
function next_event(   e, held) {
    split("", held)
    for (e = first; e <= events; e++) {
        if (done[e])
            continue
        if (!(task[e] in held) && ready(e))
            return e
        held[task[e]] = 1
    }
    return first # its cause was not seen
}

END {
    for (first = 1; first <= events; first++)
        while (!done[first])
            emit(next_event())
}
