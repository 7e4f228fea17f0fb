# sequence.awk: draws a timeline as a sequence diagram, in SVG: an arrow for all
# that went from one to another. Reads what order.awk prints; stands after
# timeline.awk. step is the number of the step.

function xml(text) {
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    return text
}

function x_of(task) { return 70 + (place[task] - 1) * width }
function y_of(row) { return 60 + row * 22 }

# A text, cut where it is too long, but whole when one points at it. Each row has
# only one, so it may run over other lanes.
function label(x, y, text, style) {
    printf "<text x=\"%d\" y=\"%d\"%s><title>%s</title>%s</text>\n", x, y, style, xml(text),
        xml(length(text) > ROOM ? substr(text, 1, ROOM - 3) "..." : text)
}

function arrow(from_row, to_row, style,   x1, x2, y1) {
    x1 = x_of(task[from_row]); y1 = y_of(from_row); x2 = x_of(task[to_row])
    if (x1 != x2)
        printf "<line class=\"%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" marker-end=\"url(#head)\"/>\n",
            style, x1, y1, x2 + (x1 < x2 ? -6 : 6), y_of(to_row)
}

# A thread's line, from its first event to its last, and where it sat in a call.
function lifeline(task_) {
    printf "<line class=\"life\" x1=\"%d\" y1=\"34\" x2=\"%d\" y2=\"%d\"/>\n", x_of(task_), x_of(task_), y_of(last[task_])
    label(x_of(task_) - 8, 26, lane_name(task_), " class=\"name\"")
}

END {
    ROOM = 70
    width = lanes <= 3 ? 330 : 200
    for (i = 1; i <= events; i++) {
        split(event[i], field, "\t")
        task[i] = field[4]
        last[field[4]] = row_of[field[1]] = i
    }
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"monospace\" font-size=\"11\">\n",
        x_of(lane[lanes]) + ROOM * 7, y_of(events) + 20
    print "<title>Step " step ": the calls of its programs</title>"
    print "<style>.life{stroke:#999}.sent{stroke:#0067b8;stroke-width:1.5}.started{stroke:#777;stroke-dasharray:4}" \
        ".sat{fill:#f5a623;opacity:.6}.name{font-weight:bold;font-size:13px}.time{fill:#777}" \
        "text{paint-order:stroke;stroke:#fff;stroke-width:4px}</style>"
    print "<defs><marker id=\"head\" markerWidth=\"8\" markerHeight=\"8\" refX=\"6\" refY=\"4\" orient=\"auto\">" \
        "<path d=\"M0,1 L7,4 L0,7 z\" fill=\"#0067b8\"/></marker></defs>"
    print "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
    for (i = 1; i <= lanes; i++)
        lifeline(lane[i])
    for (i = 1; i <= events; i++) {
        split(event[i], field, "\t")
        if (field[5] == "start")
            starter[field[10]] = i
        if (!(task[i] in before))
            before[task[i]] = task[i] in starter ? starter[task[i]] : i
        if (field[9] + 0 >= 0.001)
            printf "<rect class=\"sat\" x=\"%d\" y=\"%d\" width=\"6\" height=\"%d\"/>\n",
                x_of(task[i]) - 3, y_of(before[task[i]]), y_of(i) - y_of(before[task[i]])
        before[task[i]] = i
        count = split(field[11], cause, " ")
        for (c = 1; c <= count; c++)
            if (cause[c] in row_of) # it may be left out
                arrow(row_of[cause[c]], i, "sent")
        if (task[i] in starter) {
            arrow(starter[task[i]], i, "started")
            delete starter[task[i]]
        }
    }
    for (i = 1; i <= events; i++) {
        split(event[i], field, "\t")
        if (field[2] != NEVER)
            printf "<text class=\"time\" x=\"4\" y=\"%d\">%.0f ms</text>\n", y_of(i) - 4, (field[2] - begun) * 1000
        printf "<circle cx=\"%d\" cy=\"%d\" r=\"3\"/>\n", x_of(task[i]), y_of(i)
        label(x_of(task[i]) + 8, y_of(i) - 4, what_happened(field), "")
    }
    print "</svg>"
}
