#!/usr/bin/env bats
# Exercise 11: browsers in the room, over HTTP and WebSocket.
export EXERCISE=11
load lib/exercise
load lib/chat

setup_file() {
    if has_openssl; then
        : >"$BATS_FILE_TMPDIR/openssl"
        builds_once
    fi
    begin one_room frames_are_whole no_data_race
}

# The library for SHA-1 and Base64: whether it is here, asked once.
has_openssl() { compile -fsyntax-only -xc - <<<'#include <openssl/evp.h>' 2>/dev/null; }
needs_openssl() {
    [ ! -e "$BATS_FILE_TMPDIR/openssl" ] || return 0
    [ -z "${CI:-}" ] || { echo 'libssl-dev is missing in CI'; return 1; }
    skip 'OpenSSL is not installed. Debian, Ubuntu: apt-get install libssl-dev'
}

# judges_web; judges_web_races: under ThreadSanitizer.
judges_web() {
    [ ! -e "$FOLDER/server.c" ] || needs_openssl
    judges server
}
judges_web_races() {
    judges_web
    judges_under thread server
}

# What a browser asks with, and what it is answered: the example of RFC 6455, 1.3.
KEY='dGhlIHNhbXBsZSBub25jZQ==' ACCEPT='s3pPLMBiTxaQ9kYGzzhZRbK+xOo='
HOST='Host: 127.0.0.1:5000\r\n'
VERSION='Sec-WebSocket-Version: 13\r\n'
UPGRADE="${HOST}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: $KEY\r\n$VERSION"

# What a client sends: octets TEXT sets OCTETS to its bytes, \xHH being one;
# frame FIRST TEXT sets FRAME to the frame that begins with FIRST, masked as in
# the example. TEXT may be x{300}: so many of one letter.
octets() {
    local LC_ALL=C text=$1 octet
    OCTETS=()
    while [ -n "$text" ]; do
        if [[ $text == '\x'* ]]; then
            OCTETS+=($((16#${text:2:2})))
            text=${text:4}
        else
            printf -v octet %d "'$text"
            OCTETS+=($((octet & 255)))
            text=${text:1}
        fi
    done
}

MASK=(0x37 0xFA 0x21 0x3D)
MASK_BYTES='\x37\xFA\x21\x3D'
frame() {
    local text=$2 count='' i octet
    [[ ! $text =~ ^(.|\\x..)\{([0-9]+)\}$ ]] || text=${BASH_REMATCH[1]} count=${BASH_REMATCH[2]}
    [ -z "$count" ] || text=$text$text$text$text
    octets "$text"
    text=''
    for i in "${!OCTETS[@]}"; do
        printf -v octet '\\x%02X' $((OCTETS[i] ^ MASK[i % 4]))
        text+=$octet
    done
    if [ -n "$count" ]; then
        while ((${#text} < count * 4)); do text+=$text; done
        text=${text:0:count*4} # a byte has four characters
    fi
    length "${count:-${#OCTETS[@]}}" 128
    FRAME="\\x$1$LENGTH$MASK_BYTES$text"
}

# length COUNT BIT: sets LENGTH to how a frame says it, in the shortest form.
length() {
    local i octet
    if (($1 < 126)); then
        printf -v LENGTH '\\x%02X' $(($1 | $2))
    elif (($1 < 65536)); then
        printf -v LENGTH '\\x%02X\\x%02X\\x%02X' $((126 | $2)) $(($1 >> 8)) $(($1 & 255))
    else
        printf -v LENGTH '\\x%02X' $((127 | $2))
        for i in 56 48 40 32 24 16 8 0; do
            printf -v octet '\\x%02X' $(($1 >> i & 255))
            LENGTH+=$octet
        done
    fi
}

# What a script says where NAME upgrades; sends a text; is sent a frame of the
# server's, a text, a close frame with this code, or none, and then the end.
upgrades() { printf 'open %s\nsend %s "GET / HTTP/1.1\\r\\n%s\\r\\n"\nuntil %s "\\r"\n' "$1" "$1" "$UPGRADE" "$1"; }
says() { frame 81 "$2" && printf 'send %s "%s"\n' "$1" "$FRAME"; }
sent() { octets "$3" && length ${#OCTETS[@]} 0 && printf 'bytes %s "\\x%s%s%s"\n' "$1" "$2" "$LENGTH" "$3"; }
told() { sent "$1" 81 "$2"; }
closed() {
    local code=''
    [ "$2" = - ] || printf -v code '\\x%02X\\x%02X' $(($2 >> 8)) $(($2 & 255))
    sent "$1" 88 "$code"
    printf 'eof %s\n' "$1"
}

# The cases, one a line: NUMBER | FRAMES | OUTCOMES. Their numbers are those of
# the Autobahn test suite, whose list they follow; those with an x are ours.
#
# FRAMES: 81:text is a frame that begins with this byte and has this text; raw:
# sends bytes as they are. All goes out at once; after the word `octets` byte by
# byte, after `frames` each frame by itself. OUTCOMES: what bob, who has nc, hears
# (says:), which pong comes, `long` for a line that is, and how the server closes:
# with a code, or - for none. Where nothing is said of that, ana closes with 1000.

FRAMES='
1.1.1 | 81: | says:
1.1.2 | 81:*{125} | stars:125
1.1.3 | 81:*{126} | stars:126
1.1.4 | 81:*{127} | stars:127
1.1.5 | 81:*{128} | stars:128
x.1.1 | 81:*{1024} | stars:1024
x.1.2 | 81:*{1025} | long
1.1.6 | 81:*{65535} | long
1.1.7 | 81:*{65536} | long
x.1.3 | octets 81:*{126} | stars:126
5.3 | 01:one 80:two | says:onetwo
5.4 | frames 01:one 80:two | says:onetwo
5.5 | octets 01:one 80:two | says:onetwo
6.1.1 | 81: 81:more | says: says:more
6.1.2 | 01: 00: 80: | says:
6.1.3 | 01: 00:middle 80: | says:middle
6.2.1 | 81:Hello-\xC2\xB5@\xC3\x9F\xC3\xB6 | says:Hello-µ@ßö
6.2.2 | 01:Hello-\xC2\xB5 80:\xC3\x9F | says:Hello-µß
6.2.3 | frames 01:\xC2 00:\xB5 00:@ 00:\xC3 80:\x9F | says:µ@ß
6.2.4 | frames 01:\xCE 00:\xBA 00:\xE1 00:\xBD 80:\xB9 | says:\xCE\xBA\xE1\xBD\xB9
x.1.7 | 01:*{64} 00:*{64} 00:*{64} 80:*{64} | stars:256
x.1.4 | 01:a 80:b 01:c 80:d | says:ab says:cd
x.1.5 | 01:*{65000} 80:*{536} | long
'

PINGS='
2.1 | 89: | pong:
2.2 | 89:Hello,\x20world! | pong:Hello,\x20world!
2.3 | 89:\x00\xFF\xFE\xFD\xFC\xFB\x00\xFF | pong:\x00\xFF\xFE\xFD\xFC\xFB\x00\xFF
2.4 | 89:*{125} | pongs:125
2.6 | octets 89:*{125} | pongs:125
2.7 | 8A: |
2.8 | 8A:unasked |
2.9 | 8A:unasked 89:asked | pong:asked
2.10 | 89:0 89:1 89:2 89:3 89:4 89:5 89:6 89:7 89:8 89:9 | pong:0 pong:1 pong:2 pong:3 pong:4 pong:5 pong:6 pong:7 pong:8 pong:9
2.11 | octets 89:0 89:1 89:2 89:3 89:4 89:5 89:6 89:7 89:8 89:9 | pong:0 pong:1 pong:2 pong:3 pong:4 pong:5 pong:6 pong:7 pong:8 pong:9
5.6 | 01:one 89:ping 80:two | pong:ping says:onetwo
5.7 | frames 01:one 89:ping 80:two | pong:ping says:onetwo
5.8 | octets 01:one 89:ping 80:two | pong:ping says:onetwo
5.19 | frames 01:1 00:2 89:p 00:3 00:4 89:q 80:5 | pong:p pong:q says:12345
5.20 | 01:1 00:2 89:p 00:3 00:4 89:q 80:5 | pong:p pong:q says:12345
x.2.1 | 01:\xC3 89:ping 8A: 80:\xA3 | pong:ping says:ã
'

NO_FRAMES='
2.5 | 89:*{126} | 1002
3.1 | C1:reserved | 1002
3.2 | 81:one A1:two 89: | says:one 1002
3.3 | frames 81:one B1:two 89: | says:one 1002
3.4 | octets 81:one C1:two 89: | says:one 1002
3.5 | D2:bytes | 1002
3.6 | E9:ping | 1002
3.7 | F8:\x03\xE8 | 1002
4.1.1 | 83: | 1002
4.1.2 | 84:text | 1002
4.1.3 | 81:one 85: 89: | says:one 1002
4.1.4 | 81:one 86:two 89: | says:one 1002
4.1.5 | octets 81:one 87:two 89: | says:one 1002
4.2.1 | 8B: | 1002
4.2.2 | 8C:text | 1002
4.2.3 | 81:one 8D: 89: | says:one 1002
4.2.4 | 81:one 8E:two 89: | says:one 1002
4.2.5 | octets 81:one 8F:two 89: | says:one 1002
5.1 | 09:one 80:two | 1002
5.2 | 0A:one 80:two | 1002
5.9 | 80:one 81:two | 1002
5.10 | frames 80:one 81:two | 1002
5.11 | octets 80:one 81:two | 1002
5.12 | 00:one 81:two | 1002
5.13 | frames 00:one 81:two | 1002
5.14 | octets 00:one 81:two | 1002
5.15 | 01:one 80:two 00:three 81:four | says:onetwo 1002
5.16 | 00:one 01:two 80:three 00:one 01:two 80:three | 1002
5.17 | 80:one 01:two 80:three 80:one 01:two 80:three | 1002
5.18 | 01:one 01:two | 1002
x.3.1 | raw:\x81\x05hello | 1002
x.3.2 | raw:\x89\x00 | 1002
x.3.3 | raw:\x88\x02\x03\xE8 | 1002
x.3.4 | 81:one raw:\x81\x03two | says:one 1002
x.3.5 | raw:\x81\xFE\x00\x05\x00\x00\x00\x00hello | 1002
x.3.6 | raw:\x81\xFE\x00\x7D\x00\x00\x00\x00 | 1002
x.3.7 | raw:\x81\xFF\x00\x00\x00\x00\x00\x00\xFF\xFF\x00\x00\x00\x00 | 1002
x.3.8 | raw:\x81\xFF\x80\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x00hello | 1002
x.3.9 | 01:one 82:two | 1002
x.3.10 | 01:one 08:\x03\xE8 | 1002
x.3.11 | 81:one C0: | says:one 1002
'

KINDS='
1.2.1 | 82: | 1003
1.2.2 | 82:\xFE{125} | 1003
1.2.5 | 82:*{128} | 1003
x.4.1 | 02:one 80:two | 1003
x.4.2 | 81:*{65537} | 1009
x.4.3 | raw:\x81\xFF\x00\x00\x00\x00\x00\x01\x00\x01\x37\xFA\x21\x3D | 1009
x.4.4 | raw:\x81\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x37\xFA\x21\x3D | 1009
x.4.5 | raw:\x81\xFF\x00\x00\x00\x01\x00\x00\x00\x05\x37\xFA\x21\x3D | 1009
x.4.6 | 01:*{65000} 80:*{537} | 1009
x.4.7 | 01:*{65536} 00:*{65536} | 1009
9.1.2 | 81:*{262144} | 1009
6.3.1 | 81:\xCE\xBA\xED\xA0\x80edited | 1007
6.3.2 | frames 01:\xCE 00:\xBA 00:\xED 00:\xA0 00:\x80 80:edited | 1007
6.4.1 | frames 01:\xCE\xBA 00:\xF4\x90\x80\x80 80:edited | 1007
6.4.2 | frames 01:\xCE\xBA\xF4 00:\x90 80:\x80\x80edited | 1007
6.5.1 | 81:hello\x24world | says:hello\x24world
6.5.2 | 81:hello\xC2\xA2world | says:hello¢world
6.5.3 | 81:hello\xE2\x82\xACworld | says:hello€world
6.5.4 | 81:hello\xF0\xA4\xAD\xA2world | says:hello𤭢world
6.5.5 | 81:\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5 | says:\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5
6.6.1 | 81:\xCE | 1007
6.6.2 | 81:\xCE\xBA | says:κ
6.6.3 | 81:\xCE\xBA\xE1 | 1007
6.6.4 | 81:\xCE\xBA\xE1\xBD | 1007
6.6.5 | 81:\xCE\xBA\xE1\xBD\xB9 | says:\xCE\xBA\xE1\xBD\xB9
6.6.6 | 81:\xCE\xBA\xE1\xBD\xB9\xCF | 1007
6.7.1 | 81:\x00 | says:
6.7.2 | 81:\xC2\x80 | says:
6.7.3 | 81:\xE0\xA0\x80 | says:\xE0\xA0\x80
6.7.4 | 81:\xF0\x90\x80\x80 | says:\xF0\x90\x80\x80
6.8.1 | 81:\xF8\x88\x80\x80\x80 | 1007
6.8.2 | 81:\xFC\x84\x80\x80\x80\x80 | 1007
6.9.1 | 81:\x7F | says:
6.9.2 | 81:\xDF\xBF | says:\xDF\xBF
6.9.3 | 81:\xEF\xBF\xBF | says:\xEF\xBF\xBF
6.9.4 | 81:\xF4\x8F\xBF\xBF | says:\xF4\x8F\xBF\xBF
6.10.1 | 81:\xF7\xBF\xBF\xBF | 1007
6.10.2 | 81:\xFB\xBF\xBF\xBF\xBF | 1007
6.10.3 | 81:\xFD\xBF\xBF\xBF\xBF\xBF | 1007
6.11.1 | 81:\xED\x9F\xBF | says:\xED\x9F\xBF
6.11.2 | 81:\xEE\x80\x80 | says:\xEE\x80\x80
6.11.3 | 81:\xEF\xBF\xBD | says:\xEF\xBF\xBD
6.11.5 | 81:\xF4\x90\x80\x80 | 1007
6.12.1 | 81:\x80 | 1007
6.12.2 | 81:\xBF | 1007
6.12.3 | 81:\x80\xBF | 1007
6.13.1 | 81:\xC0\x20\xC1\x20\xC2\x20\xDE\x20 | 1007
6.13.2 | 81:\xE0\x20\xE1\x20\xEE\x20 | 1007
6.13.3 | 81:\xF0\x20\xF1\x20\xF6\x20 | 1007
6.14.1 | 81:\xC0 | 1007
6.14.2 | 81:\xE0\x80 | 1007
6.14.3 | 81:\xF0\x80\x80 | 1007
6.14.6 | 81:\xDF | 1007
6.14.7 | 81:\xEF\xBF | 1007
6.14.8 | 81:\xF7\xBF\xBF | 1007
6.15.1 | 81:\xC0\xE0\x80\xF0\x80\x80\xDF\xEF\xBF | 1007
6.16.1 | 81:\xFE | 1007
6.16.2 | 81:\xFF | 1007
6.17.1 | 81:\xC0\xAF | 1007
6.17.2 | 81:\xE0\x80\xAF | 1007
6.17.3 | 81:\xF0\x80\x80\xAF | 1007
6.18.1 | 81:\xC1\xBF | 1007
6.18.2 | 81:\xE0\x9F\xBF | 1007
6.18.3 | 81:\xF0\x8F\xBF\xBF | 1007
6.19.1 | 81:\xC0\x80 | 1007
6.19.2 | 81:\xE0\x80\x80 | 1007
6.20.1 | 81:\xED\xA0\x80 | 1007
6.20.4 | 81:\xED\xAF\xBF | 1007
6.20.7 | 81:\xED\xBF\xBF | 1007
6.21.1 | 81:\xED\xA0\x80\xED\xB0\x80 | 1007
6.22.1 | 81:\xEF\xBF\xBE | says:\xEF\xBF\xBE
6.22.3 | 81:\xF0\x9F\xBF\xBE | says:\xF0\x9F\xBF\xBE
6.23.1 | 81:\xEF\xBF\xB9 | says:\xEF\xBF\xB9
'

CLOSES='
7.1.1 | 81:one 88:\x03\xE8 | says:one 1000
7.1.2 | 88:\x03\xE8 88:\x03\xE8 | 1000
7.1.3 | 88:\x03\xE8 89:ping | 1000
7.1.4 | 88:\x03\xE8 81:text | 1000
7.1.5 | 01:one 88:\x03\xE8 80:two | 1000
7.1.6 | 81:*{65536} 88:\x03\xE8 89:ping | long 1000
7.3.1 | 88: | -
7.3.2 | 88:\x03 | 1002
7.3.3 | 88:\x03\xE8 | 1000
7.3.4 | 88:\x03\xE8Hello\x20world! | 1000
7.3.5 | 88:\x03\xE8123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123 | 1000
7.3.6 | 88:*{126} | 1002
7.5.1 | 88:\x03\xE8\xCE\xBA\xED\xA0\x80 | 1007
7.7.1 | 88:\x03\xE8 | 1000
7.7.2 | 88:\x03\xE9 | 1001
7.7.3 | 88:\x03\xEA | 1002
7.7.4 | 88:\x03\xEB | 1003
7.7.5 | 88:\x03\xEF | 1007
7.7.6 | 88:\x03\xF0 | 1008
7.7.7 | 88:\x03\xF1 | 1009
7.7.8 | 88:\x03\xF2 | 1010
7.7.9 | 88:\x03\xF3 | 1011
7.7.10 | 88:\x0B\xB8 | 3000
7.7.11 | 88:\x0F\x9F | 3999
7.7.12 | 88:\x0F\xA0 | 4000
7.7.13 | 88:\x13\x87 | 4999
7.9.1 | 88:\x00\x00 | 1002
7.9.2 | 88:\x03\xE7 | 1002
7.9.3 | 88:\x03\xEC | 1002
7.9.4 | 88:\x03\xED | 1002
7.9.5 | 88:\x03\xEE | 1002
7.9.6 | 88:\x03\xF8 | 1002
7.9.7 | 88:\x04\x4C | 1002
7.9.8 | 88:\x07\xD0 | 1002
7.9.9 | 88:\x0B\xB7 | 1002
7.13.1 | 88:\x13\x88 | 1002
7.13.2 | 88:\xFF\xFF | 1002
x.5.1 | 88:\x03\xF7 | 1002
x.5.2 | octets 88:\x03\xE8bye | 1000
x.5.3 | 81:/quit 81:never | 1000
'

# case_script GUEST NUMBER FRAMES OUTCOMES: what a script says for one case: ana
# comes in, as that guest.
case_script() {
    local how=whole sent='' code='' stars word words
    printf '# case %s\n' "$2"
    upgrades ana
    told ana "* guest-$1 joined"
    printf 'line bob "* guest-%s joined"\n' "$1"
    read -ra words <<<"$3"
    for word in "${words[@]}"; do
        case $word in
            octets | frames) how=$word && continue ;;
            raw:*) FRAME=${word#raw:} ;;
            *) frame "${word%%:*}" "${word#*:}" ;;
        esac
        case $how in
            octets) printf 'trickle ana "%s"\n' "$FRAME" ;;
            frames) printf 'send ana "%s"\n' "$FRAME" ;;
            whole) sent+=$FRAME ;;
        esac
    done
    [ -z "$sent" ] || printf 'send ana "%s"\n' "$sent"
    read -ra words <<<"$4"
    for word in "${words[@]}"; do
        printf -v stars '%*s' $((${word##*[!0-9]} + 0)) ''
        stars=${stars// /'*'}
        case $word in
            says:*) printf 'line bob "guest-%s: %s"\n' "$1" "${word#says:}" ;;
            stars:*) printf 'line bob "guest-%s: %s"\n' "$1" "$stars" ;;
            pong:*) sent ana 8A "${word#pong:}" ;;
            pongs:*) sent ana 8A "$stars" ;;
            long) told ana "$TOO_LONG" ;;
            *) code=$word ;;
        esac
    done
    if [ -z "$code" ]; then
        code=1000
        frame 88 '\x03\xE8'
        printf 'send ana "%s"\n' "$FRAME"
    fi
    told ana "* guest-$1 left"
    closed ana "$code"
    printf 'close ana\nline bob "* guest-%s left"\n' "$1"
}

# as_in CASES: they end as the table says. Of a failure its own case is shown.
as_in() {
    local number frames outcomes guest=1 at script=$BATS_TEST_TMPDIR/script said=$BATS_TEST_TMPDIR/said
    start
    {
        local LC_ALL=C # all are bytes, which takes half the time
        enter bob
        while IFS='|' read -r number frames outcomes; do
            number=${number// /}
            [ -n "$number" ] || continue
            case_script $((++guest)) "$number" "$frames" "$outcomes"
        done <<<"$1"
    } >"$script"
    "$BUILD/tests/peer" 127.0.0.1 "$PORT" <"$script" >"$said" 2>&1 && return
    cat "$said"
    at=$(grep -oE -m 1 'script line [0-9]+' "$said") || return
    number=$(head -n "${at##* }" "$script" | sed -n 's/^# case //p' | tail -n 1)
    say_case "$number" "$(grep -F -m 1 -- "$number |" <<<"$1")"
    return 1
}

# say_case NUMBER ROW: how to repeat it by hand.
say_case() {
    local frames outcomes
    IFS='|' read -r _ frames outcomes <<<"$2"
    echo "That was case $1: sent$frames, expected$outcomes"
    [[ $1 == x* ]] || echo "It has this number in the Autobahn test suite."
    echo "To repeat it by hand: $BY_HAND"
    echo "and in another terminal:"
    echo "$BUILD/tests/peer 127.0.0.1 5000 <<'SCRIPT'"
    { enter bob; case_script 2 "$1" "$frames" "$outcomes"; } | cut -c 1-2000
    echo SCRIPT
}

@test "exercise 11: server.c builds" {
    [ ! -e "$FOLDER/server.c" ] || needs_openssl
    it_builds server
}

# http REQUEST: keeps what it is answered, to the end, in ANSWER.
http() {
    ANSWER=$BATS_TEST_TMPDIR/answer
    printf 'open ana\nsend ana "%s"\nshut ana\ndump ana\n' "$1" >"$BATS_TEST_TMPDIR/request"
    peer <"$BATS_TEST_TMPDIR/request" >"$ANSWER" && return
    cat "$ANSWER"
    return 1
}

# answers REQUEST STATUS [HEADER...]: the server does, with these headers among them.
answers() {
    local status=$2 line header
    http "$1"
    shift 2
    line=$(head -n 1 "$ANSWER" | tr -d '\0')
    [[ $line == "HTTP/1.1 $status "*$'\r' ]] || { no_answer "HTTP/1.1 $status" && return 1; }
    for header; do
        has_header "$header" || { no_answer "$header" && return 1; }
    done
}
has_header() { sed $'/^\r$/q' "$ANSWER" | tr -d '\r\0' | grep -qixE -- "$1"; }
no_answer() {
    echo "The answer has no $1:"
    tail_of "$ANSWER"
    echo 'to this request, after which its sender says no more (shut):'
    cat "$BATS_TEST_TMPDIR/request"
}

@test "exercise 11: GET / gives the page, and other requests get their status [1]" {
    judges_web
    start
    local i
    answers "GET / HTTP/1.1\r\n$HOST\r\n" 200 'content-type: *text/html; *charset=utf-8' \
        "content-length: *$(($(wc -c <common/page.html)))"
    sed $'1,/^\r$/d' "$ANSWER" | cmp - common/page.html
    answers "GET / HTTP/1.1\r\nhOST:  127.0.0.1:5000  \r\nCookie: $LINE_1000$LINE_1000\r\nX: y\r\n\r\n" 200
    answers "GET /favicon.ico HTTP/1.1\r\n$HOST\r\n" 404
    answers "GET /page.html HTTP/1.1\r\n$UPGRADE\r\n" 404
    answers 'GET / HTTP/1.1\r\nAccept: text/html\r\n\r\n' 400
    # By the time bob is answered the server has the first part of ana's, and no more.
    peer <<SCRIPT
$(enter bob)
$(for i in 1 2 3; do
        printf 'open ana\nsend ana "GET / HT"\nsend bob "/who\\n"\nline bob "* here: guest-1"\n'
        printf 'send ana "TP/1.1\\r\\n"\nsend bob "/who\\n"\nline bob "* here: guest-1"\n'
        printf 'trickle ana "%s\\r\\n"\nline ana "HTTP/1.1 200 OK\\r"\ngone ana\nclose ana\n' "$HOST"
    done)
open page
send page "POST / HTTP/1.1\r\n${HOST}Content-Length: 17\r\n\r\n/nick bia\nhello\n\n"
match page "HTTP/1.1 405 *"
until page "[Aa]llow: GET\r"
gone page
open half
send half "GET / HTTP/1.1\r\nHost: "
shut half
eof half
open carla
send carla "hello\n"
line bob "* guest-2 joined"
line bob "guest-2: hello"
SCRIPT
}

one_room() {
    judges_web
    start
    peer <<SCRIPT
open silent
line silent "* guest-1 joined"
$(upgrades ana)
$(told ana '* guest-2 joined')
open bob
send bob "hello\n"
line bob "* guest-3 joined"
$(told ana '* guest-3 joined')
$(told ana 'guest-3: hello')
line silent "* guest-2 joined"
line silent "* guest-3 joined"
line silent "guest-3: hello"
$(says ana '/nick Ana')
$(told ana '* guest-2 is now Ana')
$(says ana 'Jo\xC3\xA3o \xF0\x9F\x98\x80')
line bob "* guest-2 is now Ana"
line bob "Ana: João 😀"
line silent "* guest-2 is now Ana"
line silent "Ana: João 😀"
send silent "GET / HTTP/1.1\n"
line bob "guest-1: GET / HTTP/1.1"
$(told ana 'guest-1: GET / HTTP/1.1')
open slow
send slow "GET / HT"
line slow "* guest-4 joined"
send slow "TP/1.1\n"
$(told ana '* guest-4 joined')
$(told ana 'guest-4: GET / HTTP/1.1')
open carla
send carla "GET me some coffee\n"
$(told ana '* guest-5 joined')
$(told ana 'guest-5: GET me some coffee')
$(upgrades dora)
$(told dora '* guest-6 joined')
$(told ana '* guest-6 joined')
$(says dora '/nick ana')
$(told dora '* that name is taken: choose another')
$(says dora 'a\x00b\x1B[31m\x0Ac')
$(told ana 'guest-6: ab[31mc')
$(says dora "*{1024}")
$(told ana "guest-6: $(printf '%01024d' 0 | tr 0 '*')")
$(says ana /who)
$(told ana '* here: guest-6 guest-5 guest-4 guest-3 Ana guest-1')
$(says ana /quit)
$(told ana '* Ana left')
$(closed ana 1000)
$(told dora '* Ana left')
send bob "bye\n"
$(told dora 'guest-3: bye')
abort dora
until bob "* guest-6 left"
SCRIPT
}

@test "exercise 11: browsers and nc users are in one room, also who says nothing [1]" {
    outcome_of one_room
}

@test "exercise 11: an upgrade is answered with the right key, or refused with its status [1]" {
    judges_web
    start
    local get='GET / HTTP/1.1\r\n' own='Origin: http://127.0.0.1:5000\r\n'
    local key="Sec-WebSocket-Key: $KEY\r\n" upgrade='Upgrade: websocket\r\n' connection='Connection: Upgrade\r\n'
    answers "$get$HOST$own$upgrade$connection$key$VERSION\r\n" 101 'upgrade: *websocket' \
        'connection: *upgrade' "sec-websocket-accept: *${ACCEPT//+/[+]}"
    answers "${get}host: LOCALHOST:5000\r\norigin: http://localhost:5000\r\nupgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\nSEC-WEBSOCKET-KEY:   x3JJHMbDL1EzLkh9GBhXDw==  \r\n${VERSION}Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: chat\r\n\r\n" \
        101 'sec-websocket-accept: *HSmrc0sMlYUkAGmm5OPpG2HaGWk='
    ! has_header 'sec-websocket-(extensions|protocol):.*' || { echo 'The answer agrees to what the server cannot do:'; tail_of "$ANSWER"; return 1; }
    local origin
    for origin in http://evil.example http://127.0.0.1:6000 http://127.0.0.1 https://127.0.0.1:5000 \
        http://127.0.0.1:5000.evil.example null; do
        answers "$get${HOST}Origin: $origin\r\n$upgrade$connection$key$VERSION\r\n" 403
    done
    answers "$get$HOST$upgrade$connection${key}Sec-WebSocket-Version: 8\r\n\r\n" 426 'sec-websocket-version: *13'
    answers "$get$HOST$upgrade$connection$key\r\n" 426
    answers "$get$HOST$upgrade$connection$VERSION\r\n" 400
    answers "$get$HOST$upgrade${connection}Sec-WebSocket-Key: c2hvcnQ=\r\n$VERSION\r\n" 400
    answers "$get$HOST$upgrade${connection}Sec-WebSocket-Key: dGhlIHNhbXBsZS?ub25jZQ==\r\n$VERSION\r\n" 400
    answers "$get$HOST${upgrade}Connection: close\r\n$key$VERSION\r\n" 400
    answers "$get$upgrade$connection$key$VERSION\r\n" 400
    answers "$get${HOST}Upgrade: h2c\r\n$connection\r\n" 200
}

@test "exercise 11: text comes in frames of three length forms, masked, whole or in fragments [1]" {
    judges_web
    as_in "$FRAMES"
}

@test "exercise 11: a ping is answered, also between fragments [1]" {
    judges_web
    as_in "$PINGS"
}

@test "exercise 11: what no frame may be closes the connection with 1002 [1]" {
    judges_web
    as_in "$NO_FRAMES"
}

@test "exercise 11: text that is not UTF-8 closes with 1007, bytes with 1003, too much with 1009 [1]" {
    judges_web
    as_in "$KINDS"
}

@test "exercise 11: a close frame is answered with its code, or with what is wrong with it [1]" {
    judges_web
    as_in "$CLOSES"
}

# What all say is there before the server goes on, and ana reads only when two threads
# wait to send to her: one a pong, one a line. Twice: the kernel may be lucky.
frames_are_whole() {
    judges_web
    start
    frame 89 '*{125}'
    {
        upgrades ana | sed 's/^open/narrow/'
        enter bob carla
        printf 'shell "kill -STOP %s"\n' "$SERVER"
        printf 'send bob "%01000d\\n" 300\nsend carla "%0999d\\n" 300\n' 0 0
        printf 'send ana "%s" 3000\n' "$FRAME"
        frame 88 '\x03\xE8'
        printf 'send ana "%s"\nshell "kill -CONT %s"\n' "$FRAME" "$SERVER"
        asks wait_until rests
        echo 'frames ana 3000'
    } >"$BATS_TEST_TMPDIR/talk"
    peer <"$BATS_TEST_TMPDIR/talk"
    peer <"$BATS_TEST_TMPDIR/talk"
}

@test "exercise 11: frames are never mixed, however many talk [1]" {
    outcome_of frames_are_whole
}

no_data_race() {
    judges_web_races
    start
    local i files
    files=$(descriptors "$SERVER")
    {
        enter eva
        for i in {1..20}; do
            upgrades "web$i"
            says "web$i" "/nick web$i"
            says "web$i" hello
            printf 'send eva "psst\\n/who\\n" 10\n'
            printf 'open nc%d page%d\nsend nc%d "hi\\n/nick nc%d\\n"\n' "$i" "$i" "$i" "$i"
            printf 'send page%d "GET / HTTP/1.1\\r\\n%s\\r\\n"\ngone page%d\nclose page%d\n' "$i" "$HOST" "$i" "$i"
            case $((i % 4)) in
                0) printf 'abort web%d\n' "$i" ;;
                1) printf 'send web%d "\\x81\\xFE\\x01"\nclose web%d\n' "$i" "$i" ;;
                2) frame 88 '\x03\xE8' && printf 'send web%d "%s"\ngone web%d\n' "$i" "$FRAME" "$i" ;;
                3) says "web$i" /quit && printf 'shut web%d\ngone web%d\n' "$i" "$i" ;;
            esac
            printf 'close nc%d\n' "$i"
        done
        printf 'abort eva\n'
        back_to "$files" # though half of them still have not closed
    } >"$BATS_TEST_TMPDIR/many"
    peer <"$BATS_TEST_TMPDIR/many"
}

@test "exercise 11: many come and go in every way, without a data race, and nothing stays open [1]" {
    outcome_of no_data_race
}
