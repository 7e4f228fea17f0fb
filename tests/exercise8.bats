#!/usr/bin/env bats
# Exercise 8: rooms.
export EXERCISE=8
load lib/exercise
load lib/chat

setup_file() {
    builds_once
    begin never_reads moves_hear no_data_race
}

RULE='* /join ROOM: 1 to 20 letters, digits, - and _'
DOWN='* server is shutting down'

# joins NAME N ROOM: what a script says to have guest-N go there, and see it.
joins() {
    printf 'send %s "/join %s\\n"\nuntil %s "[*] guest-%s left"\n' "$1" "$3" "$1" "$2"
    printf 'line %s "* guest-%s joined"\n' "$1" "$2"
}

@test "exercise 8: server.c builds" {
    it_builds server
}

@test "exercise 8: all begin in one room, the lobby, and /join moves from room to room [1]" {
    judges server
    start
    local files i
    files=$(descriptors "$SERVER")
    peer <<SCRIPT
$(enter ana bob carla)
send carla "/join books\n"
line carla "* guest-3 left"
line carla "* guest-3 joined"
line ana "* guest-3 left"
line bob "* guest-3 left"
send bob "/join books\n"
line bob "* guest-2 left"
line bob "* guest-2 joined"
line ana "* guest-2 left"
line carla "* guest-2 joined"
open dora
line dora "* guest-4 joined"
line ana "* guest-4 joined"
send carla "/join lobby\n"
line carla "* guest-3 left"
line carla "* guest-3 joined"
line bob "* guest-3 left"
line ana "* guest-3 joined"
line dora "* guest-3 joined"
$(for i in {1..300}; do
        printf 'send bob "/join room-%d\\n"\nuntil bob "[*] guest-2 left"\n' "$i"
        printf 'line bob "* guest-2 joined"\n'
    done)
send dora "/join room-300\n/who\n"
line bob "* guest-4 joined"
line dora "* guest-4 left"
line dora "* guest-4 joined"
match dora "[*] here: guest-[24] guest-[24]"
line carla "* guest-4 left"
close ana bob
line carla "* guest-1 left"
close carla dora
$(back_to "$files")
crowd c 100
until c1 "[*] guest-104 joined"
send c100 "/nick last\n/join full\n"
until c1 "[*] last left"
send c1 "/nick one\n/join full\n"
until c100 "[*] last joined"
line c100 "* one joined"
SCRIPT
}

@test "exercise 8: lines and notices stay in their room [1]" {
    judges server
    start
    peer <<SCRIPT
$(enter ana bob carla dora)
$(joins carla 3 books)
$(joins dora 4 books)
line carla "* guest-4 joined"
line ana "* guest-3 left"
line ana "* guest-4 left"
line bob "* guest-3 left"
line bob "* guest-4 left"
send dora "o\enly\0 books\n"
line carla "guest-4: only books"
send ana "only lobby\n"
line bob "guest-1: only lobby"
send carla "/nick Carla\n/join books\nmore\n"
line carla "* guest-3 is now Carla"
line carla "* you are in books already"
line dora "* guest-3 is now Carla"
line dora "Carla: more"
send bob "/nick bob\n/quit\n"
line ana "* guest-2 is now bob"
line ana "* bob left"
send dora "/quit\n"
line carla "* guest-4 left"
send ana "/join books\nhello\n"
line ana "* guest-1 left"
line ana "* guest-1 joined"
line carla "* guest-1 joined"
line carla "guest-1: hello"
SCRIPT
}

@test "exercise 8: /who lists the people of one's own room [1]" {
    judges server
    start
    peer <<SCRIPT
$(enter ana bob carla dora)
send dora "/who\n/join books\n/who\n"
match dora "[*] here: guest-[1-4] guest-[1-4] guest-[1-4] guest-[1-4]"
line dora "* guest-4 left"
line dora "* guest-4 joined"
line dora "* here: guest-4"
$(joins bob 2 books)
send bob "/who\n"
match bob "[*] here: guest-[24] guest-[24]"
send ana "/who\n"
until ana "[*] guest-2 left"
match ana "[*] here: guest-[13] guest-[13]"
send dora "/join lobby\n/who\n"
until dora "[*] guest-4 left"
line dora "* guest-4 joined"
match dora "[*] here: guest-[134] guest-[134] guest-[134]"
SCRIPT
}

@test "exercise 8: a nickname is taken in all rooms [1]" {
    judges server
    start
    local taken='* that name is taken: choose another'
    peer <<SCRIPT
$(enter ana bob)
send ana "/nick ana\n"
line ana "* guest-1 is now ana"
line bob "* guest-1 is now ana"
$(joins bob 2 books)
line ana "* guest-2 left"
send bob "/nick ana\n/nick ANA\n"
line bob "$taken"
line bob "$taken"
send bob "/nick bob\n"
line bob "* guest-2 is now bob"
send ana "/nick bob\n/nick eva\n"
line ana "$taken"
line ana "* ana is now eva"
send bob "/nick ana\n"
line bob "* bob is now ana"
SCRIPT
}

@test "exercise 8: a bad room name is refused, books and Books are two rooms [1]" {
    judges server
    start
    peer <<SCRIPT
$(enter ana bob)
send ana "/join\n/join \n/join abcdefghijklmnopqrstu\n/join two words\n/join  books\n/join \e\0\n"
send ana "/join b*\n/join two\xC2\xA0words\n/join books\xE2\x80\x8B\n/join \xF0\x9F\x98\x80\n"
$(printf 'line ana "%s"\n' "$RULE"{,,,,,,,,,})
send ana "/join lobby\n"
line ana "* you are in lobby already"
send ana "/foo\n"
match ana "[*] *[/]join*"
send ana "/join Lobby\nnobody hears this\n/join Sala-de-jogos_do-pré\n/join lobby\nback\n"
$(printf 'line ana "* guest-1 left"\nline ana "* guest-1 joined"\n%.0s' 1 2 3)
line bob "* guest-1 left"
line bob "* guest-1 joined"
line bob "guest-1: back"
SCRIPT
}

# stays_of FILE: the lines from each "joined" of guest-6 to its "left" or its
# end, each with the number of the stay in front.
stays_of() {
    awk '/^[*] too long/ { next }
        /^[*] guest-6 joined$/ { stay++; inside = 1 }
        inside { printf "%d %s\n", stay, $0 }
        /^[*] guest-6 (left|is now end)$/ { inside = 0 }' "$1"
}

# late moves while more waits for it than the kernel takes. When it reads at last
# it must get all of its old room, and of the new one what came after its move.
moves_while_it_reads_late() {
    start
    peer <<SCRIPT
$(enter ana bob late bea | sed 's/^open late/narrow late/')
$(joins bea 4 books)
flood 500 1000 ana > bob
send late "/join books\n"
until bea "[*] guest-3 joined"
send bea "in books\n"
send ana "in the lobby\n"
until bob "guest-1: in the lobby"
until late "guest-1: flood ana 1 *"
$(printf 'match late "guest-1: flood ana %d *"\n' {2..500})
line late "* guest-3 left"
line late "* guest-3 joined"
line late "guest-4: in books"
SCRIPT
    end_jobs
}

# In each room somebody talks and somebody hears it all, while one goes to and
# fro who reads nothing before the end. What must it have heard? By turns, what
# the one who stays in the lobby and the one in books heard of its stay there.
moves_hear() {
    judges server
    moves_while_it_reads_late
    start
    local folder=$BATS_TEST_TMPDIR i
    {
        enter lou bea t1 t2 w2
        joins bea 2 books
        joins t2 4 books
        joins w2 5 books
        printf 'open moves\nuntil t1 "[*] guest-6 joined"\n'
        printf 'open w1\nuntil w1 "[*] guest-7 joined"\n'
        for i in {1..30}; do
            printf 'send t1 "lobby %d\\n" 30\nsend t2 "books %d\\n" 30\n' "$i" "$i"
            printf 'send moves "/join books\\n"\n'
            printf 'send t1 "lobby %d\\n" 30\nsend t2 "books %d\\n" 30\n' "$i" "$i"
            printf 'until t1 "[*] guest-6 left"\nsend t2 "books %d\\n" 15\n' "$i"
            printf 'send moves "/join lobby\\n"\n'
            printf 'send t2 "books %d\\n" 15\nsend t1 "lobby %d\\n" 30\n' "$i" "$i"
            printf 'until t1 "[*] guest-6 joined"\n'
        done
        printf 'send t1 "end\\n"\nsend t2 "end\\n"\nuntil w2 "guest-4: end"\nuntil w1 "guest-3: end"\n'
        printf 'send moves "/nick end\\n"\nuntil t1 "[*] guest-6 is now end"\n'
        for i in bea lou moves; do
            printf 'say "of %s"\nshut %s\ndump %s\n' $i $i $i
        done
    } >"$folder/script-of-moves"
    peer <"$folder/script-of-moves" >"$folder/all"
    (cd "$folder" && awk '/^of [a-z]+$/ { out = "of." $2; next } out { print > out }' all)
    echo "Of 2700 lines each those who stay in the lobby and in books heard:"
    grep -c ': lobby' "$folder/of.lou"
    grep -c ': books' "$folder/of.bea"
    [ "$(grep -c ': lobby' "$folder/of.lou") $(grep -c ': books' "$folder/of.bea")" = '2700 2700' ]
    { stays_of "$folder/of.lou" | sed 's/^/1 /' && stays_of "$folder/of.bea" | sed 's/^/2 /'; } |
        sort -s -k 2,2n -k 1,1n | cut -d ' ' -f 3- >"$folder/expected"
    stays_of "$folder/of.moves" | cut -d ' ' -f 2- >"$folder/moved"
    echo "Those who stay heard during the stays of guest-6, and guest-6 heard itself:"
    cmp "$folder/expected" "$folder/moved" ||
        { diff "$folder/expected" "$folder/moved" | head -n 6 | printable; false; }
}

@test "exercise 8: who moves hears each room from its joined to its left, in the order of all [2]" {
    outcome_of moves_hear
}

never_reads() {
    judges server
    start
    local files
    files=$(descriptors "$SERVER")
    start_peer eva
    types eva 'open eva\nuntil eva "[*] guest-1 joined"\nsay here\n'
    shows eva here
    types eva 'send eva "/join books\\n"\nuntil eva "[*] guest-6 left*"\n'
    stops_typing eva
    peer <<SCRIPT
open lou
line lou "* guest-2 joined"
open far
line lou "* guest-3 joined"
$(enter ana bob deaf | sed 's/^open deaf/narrow deaf/')
$(joins ana 4 books)
$(joins bob 5 books)
$(joins deaf 6 books)
flood 5000 1000 ana > bob
$(back_to $((files + 4)))
until lou "[*] guest-6 left"
send far "/who\n"
until far "[*] here: guest-[23] guest-[23]"
send far "hello\n"
line lou "guest-3: hello"
send ana "/who\n"
until ana "[*] here: guest-[45] guest-[45]"
SCRIPT
    ends "${CLIENT[eva]}" 0
}

@test "exercise 8: who never reads is dropped by its own room, and holds up no other [1]" {
    outcome_of never_reads
}

@test "exercise 8: the goodbye at the end goes to all rooms [1]" {
    judges server
    start
    peer <<SCRIPT
$(enter ana bob carla)
$(joins bob 2 books)
$(joins carla 3 "a-room-for-one")
shell "kill -TERM $SERVER"
until ana "[*] server is shutting down"
eof ana
line bob "$DOWN"
eof bob
line carla "$DOWN"
eof carla
SCRIPT
    ends "$SERVER" 0
}

no_data_race() {
    judges_under thread server
    start
    local name peers=()
    for name in bob carla dora; do
        peer_behind < <(for _ in {1..4}; do
            printf 'open %s\nuntil %s "* joined"\n' $name $name
            printf 'send %s "/nick %s\\n/join books\\n/who\\nhello\\n/join %s\\n/join books\\n"\n' $name $name $name
            printf 'shut %s\ngone %s\nclose %s\n' $name $name $name
        done)
        peers+=("$PEER")
    done
    peer <<SCRIPT
$(enter eva fay)
send eva "/join books\nhello\n/join lobby\nhello\n/who\n" 20
send fay "/join books\nhello\n/nick fay\n/join lobby\n/nick Fay\n" 20
send eva "/join books\n/nick end\n"
until eva "[*] * is now end"
send fay "/join books\n"
until eva "[*] Fay joined"
SCRIPT
    for PEER in "${peers[@]}"; do
        ends "$PEER" 0
    done
}

@test "exercise 8: many move, talk, come and go, without a data race [1]" {
    outcome_of no_data_race
}
