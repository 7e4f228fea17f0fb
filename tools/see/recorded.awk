# recorded.awk: prints a timeline for tools/site/motion/record: what order.awk
# printed, with the names of lanes. Stands after timeline.awk. Separated by tabs:
#
#   lane   task  program  function  number
#   event  number  ms  task  what  from  to  bytes  waited  text  stack  causes

END {
    for (i = 1; i <= lanes; i++)
        print "lane\t" lane[i] "\t" program[lane[i]] "\t" name[lane[i]] "\t" \
            (threads[program[lane[i]], name[lane[i]]] > 1 ? number[lane[i]] : 0)
    for (i = 1; i <= events; i++) {
        split(event[i], field, "\t")
        print "event\t" field[1] "\t" (field[2] == NEVER ? "" : sprintf("%.1f", (field[2] - begun) * 1000)) "\t" field[4] \
            "\t" field[5] "\t" field[6] "\t" field[7] "\t" field[8] "\t" field[9] "\t" field[10] "\t" field[11] "\t" field[12]
    }
}
