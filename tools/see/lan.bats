#!/usr/bin/env bats
# make lan: what it prints must work, and what it says of the port, the network
# and the firewalls must be so. Network namespaces play the two machines; small
# commands that come first in PATH play the systems that this one is not.
# shellcheck disable=SC2016 # the stubs expand it
# shellcheck disable=SC2154 # run sets it
bats_require_minimum_version 1.5.0
load see

CALM='Nothing that can be seen from here stands in the way.'

# Whatever this machine is, the tests see a plain Linux without a firewall.
setup() {
    note_failures
    unset SUDO_USER
    mkdir "$BIN"
    PATH=$BIN:$PATH
    stub uname 'if [ "$1" = -r ]; then echo 6.1.0; else echo Linux; fi'
    stub ufw 'echo "Status: inactive"'
    stub firewall-cmd 'exit 252'
}

# can_unshare OPTION...: sets OWN and JOIN: how to make a network, how to join one.
can_unshare() { unshare "$@" true 2>/dev/null && OWN=(unshare "$@"); }

# start_machine: `at here` is a network of its own, with loopback only.
start_machine() {
    needs unshare nsenter ip
    JOIN=(nsenter --net)
    if ! can_unshare --net; then
        JOIN+=(--user --preserve-credentials)
        if ! can_unshare --net --user --map-root-user; then
            [ "$EUID" != 0 ] || [ -z "${CI:-}" ] || return 1
            skip 'this system allows no network namespaces'
        fi
    fi
    start_network here "${OWN[@]}"
}

start_network() {
    with_keyboard "$1" "${@:2}" sh -c 'ip link set lo up && echo ready && exec cat'
    shows "$1" ready
}

join() { # join MACHINE: sets AT to what runs a command there
    AT=("${JOIN[@]}" --target "${CLIENT[$1]}" --)
}

at() {
    join "$1"
    patiently "${AT[@]}" "${@:2}"
}

is_up() { at "$1" ip link show "$2" | grep -q 'state UP'; }

# start_pair: `at there` is another machine, on the same network as here.
start_pair() {
    start_machine
    join here
    start_network there "${AT[@]}" unshare --net
    add_interface eth0 10.77.0.1
    at there ip addr add 10.77.0.2/24 dev eth0
    at there ip link set eth0 up
    wait_until is_up here eth0
    wait_until is_up there eth0
}

# add_interface NAME ADDRESS: here; its other end is there, where there is one.
add_interface() {
    local peer=(name "x${1::12}")
    [ -z "${CLIENT[there]:-}" ] || peer=(name "$1" netns "${CLIENT[there]}")
    at here ip link add "$1" type veth peer "${peer[@]}"
    at here ip addr add "$2/24" dev "$1"
    at here ip link set "$1" up
}

lan() { at here env BUILD="${BUILD:?}" tools/see/lan "$@"; }

# prints LINE...: the last `run` printed exactly these.
prints() { diff <(printf '%s\n' "$@") <(echo "$output"); }

# says_nothing_of WORD...
says_nothing_of() {
    local word
    for word; do
        ! grep -F -- "$word" <<<"$output" || return 1
    done
}

# after LABEL: what `run lan` printed there, to be typed.
after() { sed -n "s/^ *$1: *//p" <<<"$output" | sed 's/      (.*//'; }

# start_here COMMAND...: a server at this machine.
start_here() {
    join here
    await_server /dev/null "${AT[@]}" "$@"
}

# colleague_reaches_it STEP...: what lan printed, typed here and there, works.
colleague_reaches_it() {
    local here there step
    here=$(after 'Type here') there=$(after 'A colleague types')
    for step; do
        # shellcheck disable=SC2086
        start_here ${here/step1/step$step}
        # shellcheck disable=SC2086
        at there ${there/step1/step$step} <<<hello
        server_says '10\.77\.0\.2:[0-9]+ hello'
        ends "$SERVER" 0
    done
}

@test "lan: what it prints works from one machine to another" {
    start_pair
    run lan
    [ "$status" = 0 ]
    prints "Type here:          $BUILD/step1/server" \
        "A colleague types:  $BUILD/step1/client 10.77.0.1 5000      (eth0)" '' "$CALM"
    colleague_reaches_it 1 2
}

@test "lan: so it does on another port" {
    start_pair
    run lan 5001
    [ "$status" = 0 ]
    prints "Type here:          $BUILD/step1/server 5001" \
        "A colleague types:  $BUILD/step1/client 10.77.0.1 5001      (eth0)" '' "$CALM"
    colleague_reaches_it 1
}

@test "lan: make lan runs it, with PORT too" {
    start_machine
    add_interface eth0 10.77.0.1
    local make=(env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory "SANITIZE=${SANITIZE:-}" lan)
    run at here "${make[@]}"
    says 0 "Type here:          $BUILD/step1/server" "$CALM"
    run at here "${make[@]}" PORT=5001
    says 0 "Type here:          $BUILD/step1/server 5001" "$CALM"
    run at here "${make[@]}" PORT=0
    says 2 'usage: lan [PORT], PORT 1 to 65535'
}

@test "lan: an interface that reaches nobody in the room is marked" {
    start_machine
    add_interface docker0 172.17.0.1
    add_interface br-0123456789ab 172.18.0.1
    add_interface br-lan 10.77.0.1
    add_interface enp0s3 10.0.2.15
    run lan
    says 0 "$CALM" \
        "A colleague types:  $BUILD/step1/client 10.77.0.1 5000      (br-lan)" \
        "A colleague types:  $BUILD/step1/client 172.17.0.1 5000      (docker0 reaches nobody in the room)" \
        "A colleague types:  $BUILD/step1/client 172.18.0.1 5000      (br-0123456789ab reaches nobody in the room)" \
        "A colleague types:  $BUILD/step1/client 10.0.2.15 5000      (enp0s3 reaches nobody in the room)"
    at here ip link del br-lan
    run lan
    says 1 'In the way: this machine has no address in the room: join its network, by cable or Wi-Fi.'
    says_nothing_of "$CALM"
}

@test "lan: no network at all, not even loopback" {
    start_machine
    at here ip link set lo down
    run lan
    says 1 "Type here:          $BUILD/step1/server" \
        'In the way: this machine has no address in the room: join its network, by cable or Wi-Fi.'
    says_nothing_of 'A colleague types' "$CALM"
}

@test "lan: bash, coreutils, awk and sed are enough" {
    start_machine
    add_interface docker0 172.17.0.1
    local tool
    for tool in ip ss lsof ufw firewall-cmd wslinfo; do
        stub $tool 'exit 127'
    done
    stub nft ''
    run lan
    [ "$status" = 0 ]
    prints "Type here:          $BUILD/step1/server" \
        "A colleague types:  $BUILD/step1/client 172.17.0.1 5000" '' "$CALM"
}

# start_stranger [ADDRESS]: a program on port 5000 that is not called server.
start_stranger() {
    cp "$BUILD/step3/server" "$BATS_TEST_TMPDIR/stranger"
    start_here "$BATS_TEST_TMPDIR/stranger" 5000 "$@"
}

@test "lan: a port that somebody else has taken" {
    start_machine
    needs ss lsof
    start_stranger 0.0.0.0
    run lan
    [ "$status" = 1 ]
    prints '' "In the way: port 5000 is taken, at 0.0.0.0:5000 (stranger, process $SERVER): take another: make lan PORT=5001."
    stub ss 'exit 127'
    run lan
    [ "$status" = 1 ]
    prints '' "In the way: port 5000 is taken, at *:5000 (stranger, process $SERVER): take another: make lan PORT=5001."
    stub lsof 'exit 127'
    run lan
    [ "$status" = 1 ]
    prints '' 'In the way: port 5000 is taken, at an address that cannot be seen: take another: make lan PORT=5001.'
    alive "$SERVER"
    run lan 5001
    says 1 "Type here:          $BUILD/step1/server 5001"
}

@test "lan: who has taken port 5001 is sent to 5002" {
    start_machine
    start_here "$BUILD/step3/server" 5001 127.0.0.1
    run lan 5001
    says 1
    [[ $output == *'take another: make lan PORT=5002.'* ]]
}

@test "lan: a server that only this machine reaches" {
    start_machine
    needs ss lsof
    start_here "$BUILD/step3/server" 5000 127.0.0.1
    local tool
    for tool in ss lsof; do
        run lan
        [ "$status" = 1 ]
        prints '' "In the way: a server listens at 127.0.0.1:5000 only (server, process $SERVER): colleagues cannot reach it;" \
            '    start it without an address, or take another: make lan PORT=5001.'
        stub ss 'exit 127'
    done
}

@test "lan: a server of the kit that colleagues reach may stay" {
    start_pair
    needs ss lsof
    local step address
    for step in 3 1; do # the one that listens on IPv6 too, and the one that does not
        address='*' && [ $step = 3 ] || address=0.0.0.0
        start_here "$BUILD/step$step/server"
        run lan
        [ "$status" = 0 ]
        prints "A server listens at $address:5000 already (server, process $SERVER): colleagues reach that one." \
            "A colleague types:  $BUILD/step1/client 10.77.0.1 5000      (eth0)" '' "$CALM"
        # shellcheck disable=SC2046
        at there $(after 'A colleague types') <<<hello
        ends "$SERVER" 0
    done
    server_says '10\.77\.0\.2:[0-9]+ hello'
}

@test "lan: on macOS AirPlay may have port 5000" {
    start_machine
    stub uname 'if [ "$1" = -r ]; then echo 23.5.0; else echo Darwin; fi'
    stub ss 'exit 127'
    stub lsof 'echo "COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME"
echo "ControlCe 512 ana 10u IPv4 0x1 0t0 TCP *:5000 (LISTEN)"'
    start_stranger
    run lan
    [ "$status" = 1 ]
    local advice='    or switch it off in System Settings, General, AirDrop & Handoff.'
    prints '' 'In the way: AirPlay Receiver of macOS holds port 5000: take another: make lan PORT=5001,' "$advice"
    stub lsof 'exit 1' # it shows nothing to this user
    run lan
    says 1 "$advice"
    stub lsof 'echo; echo "stranger 512 ana 10u IPv4 0x1 0t0 TCP *:5000 (LISTEN)"'
    run lan
    says 1 'In the way: port 5000 is taken, at *:5000 (stranger, process 512): take another: make lan PORT=5001.'
}

# nft_rules: the rules of this machine, from stdin.
nft_rules() { at here nft -f -; }

@test "lan: nftables: what it says opens the port, and closes it again" {
    start_pair
    needs nft
    nft_rules <<'RULES'
table ip first {
    chain entry {
        type filter hook input priority 0; policy accept;
        iif != "lo" reject with icmp host-prohibited
    }
}
table inet second {
    chain entry {
        type filter hook input priority 10; policy drop;
        iif "lo" accept comment "lesson"
    }
}
RULES
    at here nft list ruleset >"$BATS_TEST_TMPDIR/before"
    start_here "$BUILD/step1/server"
    run at there "$BUILD/step1/client" 10.77.0.1 <<<hello
    says 1 'client: connect 10.77.0.1:5000: No route to host'
    kill -KILL "$SERVER"
    ends "$SERVER" 137

    run lan
    says 1 "In the way: the nftables chain 'ip first entry' blocks port 5000." \
        "In the way: the nftables chain 'inet second entry' blocks port 5000."
    says_nothing_of "$CALM"
    local blocked=$output
    at here sh -ec "$(after 'to open it')"
    run lan
    says 0 "$CALM"
    colleague_reaches_it 1 2

    output=$blocked
    at here sh -ec "$(after 'to close it')"
    at here nft list ruleset | diff "$BATS_TEST_TMPDIR/before" -
}

# judges VERDICT POLICY RULE...: of a chain of these rules, by its exit status.
judges() {
    at here nft flush ruleset
    nft_rules <<<"table inet t { chain c { type filter hook input priority 0; policy $2;
        iif \"lo\" accept
        $(printf '%s\n' "${@:3}")
        }; }"
    run lan
    echo "$2: ${*:3}"
    says "$1"
}

@test "lan: nftables: which rules are in the way" {
    start_machine
    needs nft
    add_interface eth0 10.77.0.1
    judges 0 accept 'tcp dport 22 drop'
    judges 0 accept 'ct state invalid drop' 'ip saddr 10.9.9.9 drop' 'iifname "wlan0" reject'
    judges 0 accept 'udp dport 5000 drop' 'tcp dport { 22, 50000 } reject'
    judges 0 drop 'tcp dport 5000 counter accept comment "drop"'
    judges 0 drop 'ip saddr 10.77.0.0/24 tcp dport { 22, 4000-5000 } ct state new accept' 'reject'
    judges 0 drop 'counter accept' 'drop'
    judges 1 drop 'tcp dport 22 accept'
    judges 1 drop 'iif "lo" tcp dport 5000 accept'
    judges 1 drop 'ct state established,related accept' 'tcp dport { 22, 50000, 5001-5010 } accept'
    judges 1 accept 'tcp dport 5000 drop comment "no accept here"'
    judges 1 accept 'tcp dport 4999-5001 reject with tcp reset'
    judges 1 accept 'tcp dport 22 accept' 'counter log prefix "accept " drop' 'tcp dport 5000 accept'
    judges 1 accept 'meta l4proto tcp reject with tcp reset'
    judges 1 accept 'iif != "lo" ct state new drop'
    at here nft flush ruleset
    nft_rules <<<'table inet t { chain c { type filter hook forward priority 0; policy drop; }; }
        table ip6 t { chain c { type filter hook input priority 0; policy drop; }; }
        table ip u { chain c { tcp dport 5000 drop; }; }'
    run lan
    says 0 "$CALM"
}

@test "lan: nftables that only root may ask" {
    start_machine
    add_interface eth0 10.77.0.1
    stub nft 'echo "Operation not permitted (you must be root)" >&2; exit 1'
    run lan
    says 0 "Only root sees nftables' rules: sudo make lan tells whether they block port 5000." "$CALM"
}

# ufw_is RULES: as `ufw status verbose` shows it.
ufw_is() {
    stub ufw "[ \"\$*\" = 'status verbose' ] && cat <<END
$1
END"
}

@test "lan: ufw" {
    start_machine
    add_interface eth0 10.77.0.1
    local denied='Status: active
Default: deny (incoming), allow (outgoing), disabled (routed)
22/tcp                     ALLOW IN    Anywhere' rule
    for rule in '' '5000/udp                   ALLOW IN    Anywhere' \
        '50000/tcp                  ALLOW IN    Anywhere' \
        '5000/tcp                   DENY IN     Anywhere'; do
        ufw_is "$denied"$'\n'"$rule"
        run lan
        says 1 'In the way: the firewall ufw blocks port 5000.' \
            '    to open it:   ufw allow 5000' '    to close it:  ufw delete allow 5000'
    done
    for rule in '5000                       ALLOW IN    Anywhere' \
        '5000/tcp                   ALLOW IN    10.77.0.0/24' \
        '5000/tcp                   LIMIT IN    Anywhere' \
        'Anywhere                   ALLOW IN    10.77.0.0/24'; do
        ufw_is "$denied"$'\n'"$rule"
        run lan
        says 0 "$CALM"
    done
    ufw_is "${denied/deny (in/allow (in}"
    run lan
    says 0 "$CALM"
    ufw_is "$denied"
    SUDO_USER=ana run lan # sudo make lan
    says 1 '    to open it:   sudo ufw allow 5000' '    to close it:  sudo ufw delete allow 5000'
}

# with_etc FILE TEXT COMMAND...: where this is all of /etc but for the alternatives.
with_etc() {
    local etc=$BATS_TEST_TMPDIR/etc
    mkdir -p "$etc/${1%/*}"
    printf '%s\n' "$2" >"$etc/$1"
    [ ! -d /etc/alternatives ] || cp -R /etc/alternatives "$etc/"
    at here unshare --mount sh -c 'mount --bind "$1" /etc && shift && exec "$@"' sh "$etc" "${@:3}"
}

@test "lan: ufw, which only root may ask" {
    start_machine
    add_interface eth0 10.77.0.1
    stub ufw 'echo "ERROR: You need to be root to run this script" >&2; exit 1'
    run with_etc ufw/ufw.conf ENABLED=yes env BUILD="$BUILD" tools/see/lan
    says 1 'In the way: as far as one may see without sudo make lan, the firewall ufw blocks port 5000.' \
        '    to open it:   ufw allow 5000'
    run with_etc ufw/ufw.conf ENABLED=no env BUILD="$BUILD" tools/see/lan
    says 0 "$CALM"
}

@test "lan: firewalld" {
    start_machine
    add_interface eth0 10.77.0.1
    local said
    for said in no yes 'Authorization failed.'; do
        stub firewall-cmd "case \$* in
            --state) echo running ;;
            --query-port=5000/tcp) echo '$said'; [ '$said' = yes ] ;;
            *) exit 2 ;;
        esac"
        run lan
        case $said in
            yes) says 0 && prints "Type here:          $BUILD/step1/server" \
                "A colleague types:  $BUILD/step1/client 10.77.0.1 5000      (eth0)" '' "$CALM" ;;
            no) says 1 'In the way: the firewall firewalld blocks port 5000.' \
                '    to open it:   firewall-cmd --add-port=5000/tcp --add-port=5000/udp' \
                '    to close it:  firewall-cmd --remove-port=5000/tcp --remove-port=5000/udp' ;;
            *) says 0 'The firewall firewalld is on: sudo make lan tells whether it blocks port 5000.' "$CALM" ;;
        esac
    done
}

@test "lan: a firewall that manages nftables speaks for its rules" {
    start_machine
    needs nft
    add_interface eth0 10.77.0.1
    nft_rules <<<'table inet t { chain c { type filter hook input priority 0; policy drop; iif "lo" accept; }; }'
    PATH=$BIN:/usr/bin:/bin run lan # nft is not in every user's PATH
    says 1 "In the way: the nftables chain 'inet t c' blocks port 5000."
    ufw_is 'Status: active
Default: deny (incoming), allow (outgoing), disabled (routed)
5000                       ALLOW IN    Anywhere'
    run lan
    says 0 "$CALM"
    stub ufw 'echo "Status: inactive"'
    stub firewall-cmd 'if [ "$1" = --state ]; then echo running; else echo yes; fi'
    run lan
    says 0 "$CALM"
}

@test "lan: the firewall of macOS" {
    start_machine
    add_interface eth0 10.77.0.1
    stub socketfilterfw '[ "$1" = --getglobalstate ] && echo "Firewall is disabled. (State = 0)"'
    run lan
    says 0 "$CALM"
    local app
    for app in 'Incoming connection to the application is blocked' \
        'The file is not part of the firewall' 'Incoming connection to the application is permitted'; do
        stub socketfilterfw "case \$1 in
            --getglobalstate) echo 'Firewall is enabled. (State = 1)' ;;
            --getappblocked) [ \"\$2\" = '$PWD/$BUILD/step1/server' ] && echo '$app' ;;
        esac"
        run lan
        if [[ $app == *permitted ]]; then
            says 0 "$CALM"
        else
            says 1 'In the way: the firewall of macOS is on, and has not been told to let the server in:'
            # What is typed there, with an `echo` that stands for the firewall's command.
            output=$(after 'to open it' | sed 's/sudo [^ ]*/echo/g')
            [ "$(sh -c "$output")" = "--add $PWD/$BUILD/step1/server
--add $PWD/$BUILD/step2/server
--unblockapp $PWD/$BUILD/step1/server
--unblockapp $PWD/$BUILD/step2/server" ]
        fi
    done
}

@test "lan: WSL 2 behind the NAT of Windows" {
    start_machine
    add_interface eth0 172.20.1.2
    stub uname 'if [ "$1" = -r ]; then echo 5.15.153.1-microsoft-standard-WSL2; else echo Linux; fi'
    local mode
    for mode in 'exit 127' 'echo nat'; do # old releases do not say
        stub wslinfo "$mode"
        run lan 5001
        says 1 "A colleague types:  $BUILD/step1/client 172.20.1.2 5001      (eth0 reaches nobody in the room)" \
            'In the way: WSL 2 hides this machine behind Windows. Windows 11 can share its addresses:' \
            '        networkingMode=mirrored' \
            '    netsh interface portproxy add v4tov4 listenaddress=0.0.0.0 listenport=5001 connectaddress=172.20.1.2 connectport=5001' \
            '    New-NetFirewallRule -Name lesson -DisplayName lesson -Direction Inbound -Action Allow -Protocol TCP -LocalPort 5001' \
            '    netsh interface portproxy delete v4tov4 listenaddress=0.0.0.0 listenport=5001'
        [[ $output == *'-Protocol UDP -LocalPorts 5001'* ]]
        says_nothing_of "$CALM" 'has no address'
    done
}

@test "lan: WSL 2 that shares the addresses of Windows" {
    start_machine
    add_interface eth0 10.77.0.1
    stub uname 'if [ "$1" = -r ]; then echo 5.15.153.1-microsoft-standard-WSL2; else echo Linux; fi'
    stub wslinfo '[ "$1" = --networking-mode ] && echo mirrored'
    run lan
    says 0 "A colleague types:  $BUILD/step1/client 10.77.0.1 5000      (eth0)" "$CALM" \
        'Whether Windows lets colleagues in cannot be seen from here. If not,'
    says_nothing_of portproxy
}

@test "lan: a port that is none is a usage error" {
    local port
    for port in 0 65536 99999 -1 5000x '' ' 5' 18446744073709556616; do
        run --separate-stderr tools/see/lan "$port"
        echo "port '$port': status $status, $output$stderr"
        [ "$status" = 2 ]
        [ -z "$output" ]
        [ "$stderr" = 'usage: lan [PORT], PORT 1 to 65535' ]
    done
    run --separate-stderr tools/see/lan 5000 5001
    [ "$status" = 2 ]
}

@test "lan: a step that is not built: one line says so" {
    run --separate-stderr env BUILD="$BATS_TEST_TMPDIR/none" tools/see/lan
    echo "$stderr"
    [ "$status" = 1 ]
    [ -z "$output" ]
    [ "${stderr_lines[0]}" = "lan: $BATS_TEST_TMPDIR/none/step1/server does not start: try make step1." ]
}

@test "lan: Ctrl-C, or a terminal that is closed, leaves nothing running" {
    local folder=$BATS_TEST_TMPDIR/mute lan witness signal
    mkdir -p "$folder/step1"
    mkfifo "$folder/life"
    cat >"$folder/step1/server" <<END # it says nothing; where it ends, so does its life
#!/bin/sh
exec >"$folder/life"
echo >"$folder/started"
exec tail -f /dev/null
END
    chmod +x "$folder/step1/server"
    for signal in INT HUP TERM; do
        in_background "$folder/life" "$BATS_TEST_TMPDIR/witness.log" cat
        witness=$!
        in_background /dev/null "$BATS_TEST_TMPDIR/lan.log" env BUILD="$folder" tools/see/lan
        lan=$!
        wait_until test -e "$folder/started"
        kill "-$signal" $lan
        ends $lan $((128 + $(kill -l $signal)))
        ends $witness 0
        rm "$folder/started"
    done
}
