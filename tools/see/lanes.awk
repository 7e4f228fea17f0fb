# lanes.awk: prints a timeline as text: a lane for each thread, each call in the
# lane of its thread, from top to bottom as they happened. Reads what order.awk
# prints; stands after timeline.awk.

function bars(upto,   i, text) {
    for (i = 1; i < upto; i++)
        text = text sprintf("%-" width "s", gone[lane[i]] ? "" : "|")
    return text
}

END {
    width = lanes <= 3 ? 12 : lanes <= 5 ? 6 : 3
    for (i = 1; i <= lanes; i++)
        print "          " bars(i) lane_name(lane[i])
    print "     ms   " bars(lanes + 1)
    for (i = 1; i <= events; i++) {
        split(event[i], field, "\t")
        line = bars(place[field[4]]) what_happened(field)
        print (field[2] == NEVER ? "          " : sprintf("%7.1f   ", (field[2] - begun) * 1000)) line
        if (field[5] == "exit")
            gone[field[4]] = 1
    }
}
