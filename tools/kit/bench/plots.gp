# The plots of `make bench`: gnuplot -c plots.gp FOLDER, with its clients.dat,
# memory.dat and latency.dat; one that is empty is not drawn.
folder = ARG1
set terminal svg size 800,480 dynamic enhanced font "DejaVu Sans,13" background "white"
set grid lc rgb "#dddddd"
set key outside right top

# Step 12 stands out; the rest are told apart by point and shade.
colour(i) = i == ours ? 0xc03000 : int(word("0x4477aa 0x66ccee 0x228833 0x999933 0xaa3377 0x777777 0x332288 0xbb8800 0x44aa99 0x882255 0x117733 0x000000 0xdd77aa 0x5588dd 0x88aa00 0x664422", i % 16 + 1))
blocks(file) = int(system("grep -c '^\"' ".file))
name(file, i) = system(sprintf("grep '^\"' %s | sed -n '%dp' | tr -d '\"'", file, i + 1))
find(file) = int(system("awk '/^\"/ { n++ } /^\"step 12\"/ { at = n } END { print at - 1 }' ".file))

set logscale xy
set xlabel "clients, 10 of whom talk"
file = folder."/clients.dat"
most = int(system("awk 'NF == 2 && $1 > m + 0 && $1 + 0 > 0 { m = $1 + 0 } END { print m + 0 }' ".file))
set xrange [8:(most > 1000 ? most : 1000) * 1.3]
set xtics (10, 100, 500, 1000, 10000)

if (blocks(file) > 0) {
    ours = find(file)
    set output folder."/clients.svg"
    set title "Lines delivered in a second"
    set format y "%.0s %c"
    plot for [i=0:blocks(file)-1] file index i using 1:2 with linespoints lw (i == ours ? 4 : 2) pt i+4 ps 0.8 lc rgb colour(i) title name(file, i)
}

file = folder."/memory.dat"
if (blocks(file) > 0) {
    set output folder."/memory.svg"
    set title "Memory of the server (MB)"
    set format y "%g"
    plot for [i=0:blocks(file)-1] file index i using 1:2 with linespoints lw (i == ours ? 4 : 2) pt i+4 ps 0.8 lc rgb colour(i) title name(file, i)
}

file = folder."/latency.dat"
if (blocks(file) > 0) {
    set output folder."/latency.svg"
    unset logscale x
    set title "How long a line takes to one of 500 clients (ms): half of them, and 99 of 100"
    unset xlabel
    set xrange [*:*]
    set xtics auto rotate by -35
    set style data histogram
    set style fill solid 0.9 border -1
    set boxwidth 0.9
    set format y "%g"
    plot file using 2:xtic(1) title "p50" lc rgb "#4477aa", "" using 3 title "p99" lc rgb "#bb8800"
}
