# printable.bash: text that somebody else wrote, safe to show on a terminal.
# shellcheck shell=bash

# printable: copies its input. Control bytes and what is no UTF-8 become what
# a script of the peer would call them (\e \0 \xHH), all else stays as it is.
# awk sees numbers only: awks differ in what they make of bytes.
printable() {
    printf '%b' "$(LC_ALL=C od -An -v -tu1 | LC_ALL=C awk '
        function escaped(byte) {
            if (byte in name) return "\\0134" name[byte]
            return sprintf("\\0134x%02X", byte)
        }
        # plain: how many bytes from i on are one character to be shown as it is.
        function plain(i,    first, n, k, low, high) {
            first = byte[i]
            if (first < 128) return first == 9 || first == 10 || first >= 32 && first < 127
            if (first < 194 || first > 244) return 0
            n = 2 + (first >= 224) + (first >= 240)
            low = 128; high = 191 # of the second: neither control, overlong nor a surrogate
            if (first == 194 || first == 224) low = 160
            if (first == 237) high = 159
            if (first == 240) low = 144
            if (first == 244) high = 143
            for (k = 1; k < n; k++) {
                if (i + k > count || byte[i + k] < low || byte[i + k] > high) return 0
                low = 128; high = 191
            }
            return n
        }
        BEGIN { name[0] = "0"; name[13] = "r"; name[27] = "e" }
        { for (f = 1; f <= NF; f++) byte[++count] = $f + 0 }
        END {
            for (i = 1; i <= count; ) {
                n = plain(i)
                if (n == 0) printf "%s", escaped(byte[i++])
                while (n-- > 0) printf "\\0%03o", byte[i++]
            }
        }')"
}
