# packets.awk: turns what tcpdump -tt -nn printed into events, as calls.awk does.
# Shown are SYN, data, FIN and RST; an ACK alone is left out. port is the server's.

function short(address,   p) {
    p = address; sub(/.*\./, "", p)
    sub(/\.[0-9]+$/, "", address)
    return (address ~ /:/ ? "[" address "]" : address) ":" p
}

/ > / {
    from = $3; to = $5; sub(/:$/, "", to)
    from = short(from); to = short(to)
    size = $NF + 0
    if (/Flags/) {
        flags = $7
        kind = size > 0 ? "data" : flags ~ /R/ ? "RST" : flags ~ /S/ ? (flags ~ /\./ ? "SYN-ACK" : "SYN") : flags ~ /F/ ? "FIN" : ""
        text = kind == "data" ? size " bytes" (flags ~ /F/ ? ", FIN" : "") : kind
    } else {
        kind = "data"
        text = "UDP, " size " bytes"
    }
    if (kind == "")
        next
    from_server = from ~ ":" port "$"
    printf "%s\twire\twire\t%s\t%s\t%s\t%d\t0\t%s\n", $1, kind, from, to, size,
        text (from_server ? "  server -> " to : "  " from " -> server")
}
