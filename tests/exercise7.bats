#!/usr/bin/env bats
# Exercise 7: private lines.
export EXERCISE=7
load lib/exercise
load lib/chat

setup_file() {
    builds_once
    begin no_data_race
}

USAGE='* /msg NICK text'

# named NAME...: what a script says to bring these in and name them so.
named() {
    local name
    enter "$@"
    for name; do
        printf 'send %s "/nick %s\\n"\n' "$name" "$name"
        printf 'until %s "[*] * is now %s"\n' "$name" "$name"
    done
    for name in "${@:1:$#-1}"; do
        printf 'until %s "[*] * is now %s"\n' "$name" "${@: -1}"
    done
}

@test "exercise 7: server.c builds" {
    it_builds server
}

@test "exercise 7: a private line reaches its person, and nobody else [2]" {
    judges server
    start
    peer <<SCRIPT
$(named ana bob carla)
send ana "/msg bob secret\nfor all\n"
line bob "ana (private): secret"
line bob "ana: for all"
line carla "ana: for all"
send bob "/msg ana yes\n/msg carla psst\nheard\n"
line ana "bob (private): yes"
line ana "bob: heard"
line carla "bob (private): psst"
line carla "bob: heard"
send carla "bye\n"
line ana "carla: bye"
line bob "carla: bye"
SCRIPT
}

@test "exercise 7: the text is all that follows the one space behind NICK [1]" {
    judges server
    start
    peer <<SCRIPT
$(named ana bob)
send ana "/msg bob it has  two   spaces and a colon: here\n"
line bob "ana (private): it has  two   spaces and a colon: here"
send ana "/msg bob  one in front\r\n"
line bob "ana (private):  one in front"
send ana "/msg bob /quit\n"
line bob "ana (private): /quit"
send ana "/msg bob /msg ana olá, \e[31mJo\xC3\xA3o \xFF\n"
line bob "ana (private): /msg ana olá, [31mJoão ?"
send ana "/msg bob $(printf '%01015d' 0)\n"
line bob "ana (private): $(printf '%01015d' 0)"
send ana "/msg bob $(printf '%01016d' 0)\n"
line ana "$TOO_LONG"
send bob "hello\n"
line ana "bob: hello"
SCRIPT
}

@test "exercise 7: NICK may be typed in upper or lower case [1]" {
    judges server
    start
    peer <<SCRIPT
$(named Ana bob)
send bob "/msg ana one\n/msg ANA two\n/msg Ana three\n/msg An four\n/msg anab five\n"
line Ana "bob (private): one"
line Ana "bob (private): two"
line Ana "bob (private): three"
line bob "* nobody here is called An"
line bob "* nobody here is called anab"
send Ana "/nick Ângela\n"
until bob "[*] Ana is now Ângela"
send bob "/msg ângela six\n/msg ÂNGELA seven\n"
until Ana "bob (private): six"
line Ana "bob (private): seven"
SCRIPT
}

@test "exercise 7: a nick that nobody has, and one's own, are answered to the sender alone [1]" {
    judges server
    start
    peer <<SCRIPT
$(named ana bob)
send ana "/msg Carla hello there\n/msg ana hello\n/msg ANA hello\n"
line ana "* nobody here is called Carla"
line ana "* that is you"
line ana "* that is you"
send ana "/msg $LINE_1000 hello\nnext\n"
line ana "* nobody here is called $LINE_1000"
line bob "ana: next"
send bob "still here\n"
line ana "bob: still here"
SCRIPT
}

@test "exercise 7: without a nick or a text the answer is how to use it [1]" {
    judges server
    start
    peer <<SCRIPT
$(named ana bob)
send ana "/msg\n/msg \n/msg bob\n/msg bob \n/msg carla\n/msg ana\nnext\n"
line ana "$USAGE"
line ana "$USAGE"
line ana "$USAGE"
line ana "$USAGE"
line ana "$USAGE"
line ana "$USAGE"
line bob "ana: next"
send ana "/message bob hello\n"
match ana "[*] *[/]msg*"
send bob "next\n"
line ana "bob: next"
SCRIPT
}

@test "exercise 7: a private line goes to whoever has the nick now [1]" {
    judges server
    start
    peer <<SCRIPT
$(named ana bob)
open carla
until carla "[*] guest-3 joined"
line ana "* guest-3 joined"
line bob "* guest-3 joined"
send ana "/msg guest-3 welcome\n"
line carla "ana (private): welcome"
send bob "/nick bia\n"
line ana "* bob is now bia"
line carla "* bob is now bia"
send ana "/msg bob hm\n"
line ana "* nobody here is called bob"
send carla "/nick bob\n"
line ana "* guest-3 is now bob"
send ana "/msg bob hi-bob\n/msg bia hi-bia\n"
line carla "* guest-3 is now bob"
line carla "ana (private): hi-bob"
line bob "* bob is now bia"
line bob "* guest-3 is now bob"
line bob "ana (private): hi-bia"
close carla
line ana "* bob left"
send ana "/msg bob gone?\n"
line ana "* nobody here is called bob"
send bob "/nick ana (private)\n/nick ana(private)\n/nick ana\xC2\xA0(private)\n/nick *\n"
until bob "* bob left"
$(printf 'line bob "%s"\n' "$NICK_RULE"{,,,})
send bob "/nick ANA\n/nick guest-4\n"
line bob "* that name is taken: choose another"
line bob "* bia is now guest-4"
open dora
line dora "* guest-5 joined"
SCRIPT
}

@test "exercise 7: private and public lines keep their order, however they are cut [1]" {
    judges server
    start
    peer <<SCRIPT
$(named ana bob carla)
send ana "one\n/msg bob two\nthree\n/nick eva\n/msg carla four\n/msg bob five\nsix\n"
line bob "ana: one"
line bob "ana (private): two"
line bob "ana: three"
line bob "* ana is now eva"
line bob "eva (private): five"
line bob "eva: six"
line carla "ana: one"
line carla "ana: three"
line carla "* ana is now eva"
line carla "eva (private): four"
line carla "eva: six"
trickle bob "/msg carla drops\n"
line carla "bob (private): drops"
send bob "/msg eva ha"
send carla "/msg eva between\n"
line ana "* ana is now eva"
line ana "carla (private): between"
send bob "lf"
shut bob
line ana "bob (private): half"
line ana "* bob left"
send carla "/who\n/msg eva bye\n/quit\n/msg eva never\n"
until carla "[*] here: carla eva"
line carla "* carla left"
eof carla
line ana "carla (private): bye"
line ana "* carla left"
SCRIPT
}

@test "exercise 7: the last of ten may whisper first, and nothing stays open [1]" {
    judges server
    start
    local round i files
    files=$(descriptors "$SERVER")
    for round in 0 10; do
        enter c{1..10}
        for i in {10..1}; do
            printf 'send c%d "/msg guest-%d me-%d\\n/msg nobody x\\n/msg\\n"\n' "$i" $((round + 11 - i)) "$i"
            echo "line c$((11 - i)) \"guest-$((round + i)) (private): me-$i\""
            echo "line c$i \"* nobody here is called nobody\""
            echo "line c$i \"$USAGE\""
        done
        echo 'send c10 "/msg guest-1 half"'
        echo 'abort c10'
        echo 'closeall c 9'
        back_to "$files"
    done >"$BATS_TEST_TMPDIR/ten"
    peer <"$BATS_TEST_TMPDIR/ten"
}

no_data_race() {
    judges_under thread server
    start
    local i
    {
        enter eva dora
        printf 'send eva "/nick eva\\n"\nuntil dora "[*] * is now eva"\n'
        for i in {1..25}; do
            printf 'send dora "/msg eva psst\\n/msg bob%d psst\\n" 20\n' "$i"
            printf 'open bob%d\nsend bob%d "/nick bob%d\\n/msg eva psst\\n"\n' "$i" "$i" "$i"
            printf 'send eva "/msg bob%d psst\\n/msg nobody psst\\n" 20\n' "$i"
            printf 'send bob%d "/nick x%d\\n/msg dora psst\\n"\nshut bob%d\n' "$i" "$i" "$i"
        done
        printf 'send dora "/msg eva end\\n"\nuntil eva "guest-2 (private): end"\n'
        for i in {1..25}; do
            printf 'gone bob%d\n' "$i"
        done
    } >"$BATS_TEST_TMPDIR/whispers"
    peer <"$BATS_TEST_TMPDIR/whispers"
}

@test "exercise 7: many whisper while others come and go, without a data race [1]" {
    outcome_of no_data_race
}
