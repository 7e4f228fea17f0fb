#!/usr/bin/env bats
# make doctor: what it says of a machine must be so. Machines that lack something
# are folders of commands that are all that PATH has.
# shellcheck disable=SC2016 # the stubs expand it
bats_require_minimum_version 1.5.0
load see
PATIENCE=$((PATIENCE * 4)) # it compiles, where others may compile too

# What the script itself is written with, and what it looks for besides.
BASICS=(cat chmod dirname mkdir mktemp rm rmdir sed uname)
REST=(nc ss pgrep man unshare bwrap jq parallel strace tcpdump tmux redis-server openssl entr node npm chromium)

setup() {
    note_failures
    [ -z "${SANITIZE:-}" ] || skip 'tried without a sanitizer'
    unset SUDO_USER
    mkdir "$BIN" "$BATS_TEST_TMPDIR/tmp"
    has "${BASICS[@]}" cc make bash bats
}

# quoted TEXT: as a shell reads it. HERE: a stub's PATH is ours again.
quoted() { printf "'%s'" "${1//\'/\'\\\'\'}"; }
HERE="PATH=$(quoted "$PATH")"

# has COMMAND...: the machine has these, which find all that they need themselves.
has() {
    local command
    for command; do
        command -v "$command" >/dev/null || { echo "This machine has no $command"; return 1; }
        stub "$command" "$HERE exec $(quoted "$(command -v "$command")") \"\$@\""
    done
}

has_a_stub_of() {
    local command
    for command; do
        stub "$command" 'exit 0'
    done
}

lacks() { (cd "$BIN" && rm "$@"); }

doctor() {
    patiently env PATH="$BIN" TMPDIR="$BATS_TEST_TMPDIR/tmp" CC="${CC:-cc}" "$BASH" tools/see/doctor
}

SUDO='sudo '
[ "$EUID" != 0 ] || SUDO=''
WELL="This machine has what the README's two commands need."
ILL="This machine lacks what is marked -- among what the README's two commands need."
COMPILER='ok   C compiler cc builds programs with threads, and they run'

@test "doctor: this machine, which runs the tests, has what they need" {
    run env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory doctor
    says 0 "$COMPILER" "ok   Bats $BATS_VERSION" 'ok   loopback: a client at 127.0.0.1 reaches a server'
    [ "${lines[0]}" = "What the README's two commands need:" ]
    [ "${lines[-1]}" = "$WELL" ]
    for line in "${lines[@]:1:5}"; do
        [[ $line == 'ok   '* ]]
    done
}

# a_poor_machine: it has what the README names and nothing else.
a_poor_machine() {
    stub cc "case \$* in *-fsanitize* | *-fsyntax-only*) exit 1 ;; esac
$HERE exec cc \"\$@\""
    stub make 'echo GNU Make 4.3'
    stub bats 'echo Bats 1.8.2'
    stub bash 'echo "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)"'
    stub uname 'echo Linux'
}

@test "doctor: a bare Debian with the README's packages" {
    a_poor_machine
    has_a_stub_of apt-get
    run doctor
    [ "$status" = 0 ]
    local get="${SUDO}apt-get install -y" class='make grade SUBMISSIONS=DIR'
    diff - <(grep -v 'port 5000' <<<"$output") <<END
What the README's two commands need:
$COMPILER
ok   GNU Make 4.3
ok   GNU bash 5.2.15
ok   Bats 1.8.2
ok   loopback: a client at 127.0.0.1 reaches a server

The rest:
--   nc is missing, for the guide: $get netcat-openbsd
--   ss is missing, for the guide: $get iproute2
--   pgrep is missing, for the guide: $get procps
--   man is missing, for the guide: $get man-db manpages manpages-dev glibc-doc
--   AddressSanitizer and UBSan: nothing can be built with it, for make test SANITIZE=address: $get gcc libc6-dev
--   ThreadSanitizer: nothing can be built with it, for make test SANITIZE=thread and the exercises with threads: $get gcc libc6-dev
--   namespaces: unshare is missing, for make trace3 WIRE=1 and $class: $get util-linux
--   bubblewrap: bwrap is missing, for $class: $get bubblewrap
--   jq is missing, for $class: $get jq
--   GNU parallel is missing, for tests of several files at a time and $class: $get parallel
--   strace: strace is missing, for make trace3: $get strace
--   tcpdump is missing, for make trace3 WIRE=1: $get tcpdump
--   tmux is missing, for make play: $get tmux
--   redis-server is missing, for exercise 10: $get redis-server
--   openssl/ssl.h is missing, for exercises 11 and 12: $get libssl-dev
--   openssl is missing, for exercise 12 and make certificate: $get openssl
--   entr or inotifywait is missing, for make watch3: $get entr
--   node is missing, for make slides: $get nodejs
--   npm is missing, for make slides: $get npm
--   chromium or chromium-browser or google-chrome is missing, for make slides: $get chromium

$WELL
END
}

# to_install: the packages that it said are to be installed, each on a line.
to_install() { sed -nE "s/^--   .*: ${SUDO}apt-get install -y ([^;&]*).*/\1/p" | tr ' ' '\n' | sort -u; }

@test "doctor: the development container has what students are told to install" {
    a_poor_machine
    lacks bats make
    stub cc 'exit 1'
    has_a_stub_of apt-get
    run doctor
    local asked=(bats gcc glibc-doc make man-db netcat-openbsd strace tmux) # among others
    diff <(printf '%s\n' "${asked[@]}") <(to_install <<<"$output" | grep -xF "$(printf '%s\n' "${asked[@]}")")
    # What slides and classes take is not for students; every Debian has util-linux.
    run grep -vE 'for (make slides|make grade SUBMISSIONS=DIR):|util-linux$' <<<"$output"
    diff /dev/null <(to_install <<<"$output" | grep -vxFf .devcontainer/packages)
}

@test "doctor: what to install is said for the machine that it is" {
    a_poor_machine
    lacks bats
    has_a_stub_of dnf
    run doctor
    says 1 "--   Bats is missing: ${SUDO}dnf install -y bats" \
        "--   node is missing, for make slides: ${SUDO}dnf install -y nodejs"
    [[ $output == *"SANITIZE=thread and the exercises with threads: ${SUDO}dnf install -y libtsan"* ]]
    says 1 "--   man is missing, for the guide: ${SUDO}dnf install -y man-db man-pages" \
        "--   nc is missing, for the guide: ${SUDO}dnf install -y netcat && ${SUDO}alternatives --set nc /usr/bin/netcat"
    lacks dnf
    stub uname 'echo Darwin' # Homebrew may be missing too
    run doctor
    says 1 '--   Bats is missing: brew install bats-core' \
        '--   node is missing, for make slides: brew install node' \
        '--   strace: strace is missing, for make trace3: use Linux' \
        '--   chromium or chromium-browser or google-chrome is missing, for make slides: brew install --cask chromium'
    lacks cc
    run doctor
    says 1 '--   C compiler cc builds no program with threads: xcode-select --install'
    stub uname 'echo Linux'
    run doctor
    says 1 '--   Bats is missing: install what is called bats on Debian'
}

# has_a_nc_that_says TEXT: about itself, where others do, and fails, as some do.
has_a_nc_that_says() {
    stub nc "[ \"\$*\" = -h ] && echo $(quoted "$1") >&2
exit 1"
}

# has_pages PAGE...: man finds these, and only these.
has_pages() {
    stub man "$(printf '[ "$*" != "-w %s" ] || { echo /usr/share/man/page; exit; }\n' "$@")
exit 16"
}

# compiles OPTION SCRIPT: where it is given this option, the compiler makes this of it.
compiles() {
    printf '#!/bin/sh\n%s\n' "$2" >"$BATS_TEST_TMPDIR/program"
    stub cc "$HERE
case \$* in
    *$1*) ;;
    *-fsyntax-only*) exit ;; # it has each header
    *) exec cc \"\$@\" ;;
esac
while [ \"\$1\" != -o ]; do shift; done
cp $(quoted "$BATS_TEST_TMPDIR/program") \"\$2\" && chmod +x \"\$2\""
}

@test "doctor: a machine that has everything" {
    has_a_stub_of "${REST[@]}"
    stub parallel 'echo GNU parallel 20221122'
    has_a_nc_that_says '  -N  Shutdown the network socket after EOF on stdin'
    has_pages '2 socket' '3 pthread_mutex_lock' '7 tcp' '3 SSL_read'
    compiles -fsanitize= 'exit 0'
    run doctor
    says 0 "$WELL" 'ok   AddressSanitizer and UBSan, for make test SANITIZE=address' \
        'ok   ThreadSanitizer, for make test SANITIZE=thread and the exercises with threads' \
        'ok   bubblewrap, for make grade SUBMISSIONS=DIR' 'ok   strace, for make trace3' \
        'ok   entr, for make watch3' 'ok   chromium, for make slides' \
        "ok   nc is OpenBSD's, for the guide" 'ok   man 3 pthread_mutex_lock, for the guide'
    [ "$(grep -v 'port 5000' <<<"$output" | grep -c '^ok   ')" = 28 ]
    ! grep -v 'port 5000' <<<"$output" | grep -q '^-- ' || return 1
    lacks entr chromium
    has_a_stub_of inotifywait google-chrome
    run doctor
    says 0 'ok   inotifywait, for make watch3' 'ok   google-chrome, for make slides'
}

@test "doctor: which nc it is, and what to type where it is not OpenBSD's" {
    a_poor_machine
    has_a_stub_of apt-get
    local rest="for the guide: type nc where it says nc -N"
    local get="${SUDO}apt-get install -y netcat-openbsd"
    has_a_nc_that_says 'usage: nc [-46CDdFhklNnrStUuvZz]
    -N        Shutdown the network socket after EOF on stdin'
    run doctor
    says 0 "ok   nc is OpenBSD's, for the guide"
    has_a_nc_that_says '[v1.10-47]
    -q secs   quit after EOF on stdin and delay of secs'
    run doctor
    says 0 "--   nc is the traditional one, which knows no -N, for the guide: type nc -q 9 where it says nc -N, or $get"
    has_a_nc_that_says 'Ncat 7.93 ( https://nmap.org/ncat )'
    run doctor
    says 0 "--   nc is ncat, which knows no -N, $rest, or $get"
    has_a_nc_that_says 'BusyBox v1.35.0 multi-call binary.'
    run doctor
    says 0 "--   nc is BusyBox's, which knows no -N, $rest, or $get"
    has_a_nc_that_says 'GNU netcat 0.7.1'
    run doctor
    says 0 "--   nc is one that knows no -N, for the guide: $get"
    has_a_nc_that_says 'usage: nc [-46AacCDdEFhklMnOortUuvz] [-K tc]
    -N num_probes  Number of probes to send before generating a write timeout event'
    run doctor
    says 0 "--   nc is macOS's, where -N takes a number, $rest"
}

# echoes COMMAND...: in front of the host and the port it sends what it reads to the
# end, prints what comes back, and ends.
echoes() {
    local came ended=0
    came=$(printf 'one\ntwo\n' | patiently "$@" 127.0.0.1 "$PORT") || ended=$?
    echo "$* ended with $ended and: $came"
    [ "$ended" = 0 ] && [ "$came" = $'one\ntwo' ]
}

@test "doctor: what it says to type is right for each nc of this machine" {
    local program said tried=0
    start_server 4
    for program in nc.openbsd nc.traditional ncat 'busybox nc'; do
        command -v "${program% nc}" >/dev/null || continue
        stub nc "$HERE exec $program \"\$@\""
        run doctor
        said=$(sed -n 's/^.*   nc is .*for the guide/&/p' <<<"$output")
        case $said in
            'ok '*) echoes "$BIN/nc" -N ;;
            *'type nc -q 9 where it says nc -N'*) echoes "$BIN/nc" -q 9 ;;
            *'type nc where it says nc -N'*) echoes "$BIN/nc" ;;
            *) echo "Of $program it says: $output" && return 1 ;;
        esac
        [[ $said == 'ok '* ]] || ! echoes "$BIN/nc" -N || return 1
        tried=$((tried + 1))
    done
    [ "$tried" != 0 ] || needs nc.openbsd
}

@test "doctor: man pages, and the package that brings each" {
    a_poor_machine
    has_a_stub_of apt-get
    local get="${SUDO}apt-get install -y"
    has_pages '2 socket' '7 tcp'
    run doctor
    says 0 'ok   man 2 socket, for the guide' 'ok   man 7 tcp, for the guide' \
        "--   man 3 pthread_mutex_lock is missing, for the guide: $get glibc-doc"
    has_pages '3 pthread_mutex_lock'
    run doctor
    says 0 "--   man 2 socket is missing, for the guide: $get manpages-dev" \
        "--   man 7 tcp is missing, for the guide: $get manpages"
    stub dpkg-query '[ "$*" = "-L manpages" ] && echo /usr/share/man/man7/tcp.7.gz'
    run doctor
    says 0 "--   man 2 socket is missing, for the guide: $get manpages-dev" \
        "--   man 7 tcp was left out when manpages was installed, for the guide: ${SUDO}sed -i '/path-exclude.*man/d' /etc/dpkg/dpkg.cfg.d/* && $get --reinstall manpages"
    stub man 'echo "To restore this content, run the unminimize command."'
    run doctor
    says 0 "--   man was left out of this system, for the guide: $get man-db; $get unminimize; ${SUDO}unminimize"
    lacks apt-get dpkg-query
    has_a_stub_of dnf
    has_pages '7 tcp'
    stub rpm '[ "$*" = "-ql man-pages" ] && echo /usr/share/man/man2/socket.2.gz'
    run doctor
    says 0 "--   man 2 socket was left out when man-pages was installed, for the guide: ${SUDO}dnf reinstall -y --setopt=tsflags= man-pages" \
        "--   man 3 pthread_mutex_lock is missing, for the guide: ${SUDO}dnf install -y man-pages"
}

@test "doctor: the two commands need each of these" {
    has_a_stub_of "${REST[@]}"
    local command
    for command in cc make bash bats; do
        lacks $command
        run doctor
        says 1 "$ILL"
        [ "$(sed '/^The rest/,$d' <<<"$output" | grep '^--   ' | grep -vc loopback)" = 1 ]
        has $command
    done
    run doctor
    says 0 "$WELL"
}

# finds STATUS COMMAND SAYS LINE
finds() {
    stub "$2" "echo '$3'"
    run doctor
    says "$1" "$4"
}

@test "doctor: versions that are too old, and those that are not" {
    a_poor_machine
    has_a_stub_of apt-get
    local git="git clone https://github.com/bats-core/bats-core && ${SUDO}bats-core/install.sh /usr/local"
    finds 1 bats 'Bats 1.2.1' "--   Bats 1.2.1 is too old, it takes 1.8.2: $git"
    finds 1 bats 'Bats 1.8.1' "--   Bats 1.8.1 is too old, it takes 1.8.2: $git"
    finds 0 bats 'Bats 1.10.0' 'ok   Bats 1.10.0'
    finds 0 bats 'Bats 2.0' 'ok   Bats 2.0'
    finds 1 make 'GNU Make 3.80' "--   GNU Make 3.80 is too old, it takes 3.81: ${SUDO}apt-get install -y make"
    finds 1 make 'usage: make [-BeikNnqrstWwX]' "--   GNU Make is missing: ${SUDO}apt-get install -y make"
    finds 1 make 'bmake 20200710' "--   GNU Make is missing: ${SUDO}apt-get install -y make"
    finds 0 make 'GNU Make 3.81' 'ok   GNU Make 3.81'
    finds 1 bash 'GNU bash, version 3.2.57(1)-release (arm64-apple-darwin23)' \
        "--   GNU bash 3.2.57 is too old, it takes 4.4: ${SUDO}apt-get install -y bash"
    finds 0 bash 'GNU bash, version 4.4.20(1)-release (x86_64-pc-linux-gnu)' 'ok   GNU bash 4.4.20'
    finds 0 bash 'GNU bash, version 5.0.3(1)-release (x86_64-pc-linux-gnu)' 'ok   GNU bash 5.0.3'
}

@test "doctor: a compiler that does not work" {
    has_a_stub_of apt-get
    stub cc 'echo "probe.c:3:10: fatal error: pthread.h: No such file or directory" >&2; exit 1'
    run doctor
    says 1 "$ILL" \
        "--   C compiler cc builds no program with threads (pthread.h: No such file or directory): ${SUDO}apt-get install -y gcc libc6-dev" \
        '--   loopback cannot be tried: it takes the C compiler first' \
        '--   port 5000 cannot be tried: it takes the C compiler first'
    compiles -Wall 'exit 126' # for another kind of machine
    run doctor
    says 1 "$ILL" '--   C compiler cc builds programs that do not run: try another: make doctor CC=clang'
}

@test "doctor: CC is the compiler that it tries" {
    local cc
    cc=$(command -v cc)
    lacks cc
    stub my-cc "$HERE exec $(quoted "$cc") \"\$@\""
    CC='my-cc -DKIT' run doctor
    says 0 'ok   C compiler my-cc -DKIT builds programs with threads, and they run'
}

@test "doctor: sanitizers that do not run" {
    compiles -fsanitize=thread \
        'echo "FATAL: ThreadSanitizer: unexpected memory mapping 0x5a1c-0x5a1d" >&2; exit 66'
    run doctor
    says 0 "--   ThreadSanitizer: this kernel keeps it from running, for make test SANITIZE=thread and the exercises with threads: sudo sysctl vm.mmap_rnd_bits=28, or the same command after setarch -R"
    compiles -fsanitize=address 'echo "==7==ERROR: AddressSanitizer failed to allocate" >&2; exit 1'
    run doctor
    says 0 '--   AddressSanitizer and UBSan: what is built with it does not run (AddressSanitizer failed to allocate), for make test SANITIZE=address: try another: make doctor CC=clang'
}

@test "doctor: tools that are there and do not work" {
    has_a_stub_of "${REST[@]}"
    stub unshare '[ "$*" != "-rn true" ]'
    stub bwrap '[ "$*" != "--unshare-all --ro-bind / / --proc /proc true" ]'
    stub parallel 'echo "parallel: invalid option -- -" >&2; exit 1' # as moreutils has it
    stub strace '[ "$*" != "-o /dev/null true" ]'
    run doctor
    says 0 "$WELL" \
        '--   namespaces: unshare is there but does not work, for make trace3 WIRE=1 and make grade SUBMISSIONS=DIR: Ubuntu: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0; a container may not' \
        '--   bubblewrap: bwrap is there but does not work, for make grade SUBMISSIONS=DIR: namespaces first; then see what bwrap --unshare-all --ro-bind / / --proc /proc true says' \
        '--   strace: strace is there but does not work, for make trace3: sudo sysctl kernel.yama.ptrace_scope=1; a container: start it with --cap-add=SYS_PTRACE'
    [[ $output == *"--   the parallel of this machine is not GNU's, for "* ]]
}

# alone SCRIPT: doctor runs last, in a network of its own in which the script ran.
alone() {
    needs unshare ip
    local own=(unshare --net)
    if ! "${own[@]}" true 2>/dev/null; then
        own+=(--user --map-root-user)
        if ! "${own[@]}" true 2>/dev/null; then
            [ "$EUID" != 0 ] || [ -z "${CI:-}" ] || return 1
            skip 'this system allows no network namespaces'
        fi
    fi
    in_background /dev/null "$BATS_TEST_TMPDIR/said" "${own[@]}" \
        bash -c "$1"$'\nPATH=$2 TMPDIR=$3 CC=cc exec "$BASH" tools/see/doctor' \
        alone "$BUILD/step3/server" "$BIN" "$BATS_TEST_TMPDIR/tmp"
    wait_until dead $!
    status=0
    wait $! || status=$?
    output=$(cat "$BATS_TEST_TMPDIR/said")
}

@test "doctor: loopback that does not work" {
    alone ''
    says 1 "$ILL"
    [[ $output == *'--   loopback does not work: a client at 127.0.0.1 reaches no server: '*'ip link set lo up'* ]]
}

@test "doctor: whether port 5000 is free, and which one is where it is not" {
    alone 'ip link set lo up'
    says 0 'ok   port 5000 is free'
    local taken='ip link set lo up
        for port in 5000 $also; do
            read -r < <("$1" $port 127.0.0.1 2>&1)
        done'
    alone "$taken"
    says 0 '--   port 5000 is taken (make lan says by whom): type server 5001, client HOST 5001'
    alone "also=5001; $taken"
    says 0 '--   port 5000 is taken (make lan says by whom): type server 5002, client HOST 5002'
}

@test "doctor: it leaves no files" {
    has_a_stub_of "${REST[@]}"
    run doctor
    says 0
    lacks cc
    run doctor
    says 1
    diff /dev/null <(ls -A "$BATS_TEST_TMPDIR/tmp")
}

# a_copy: changes to a copy of what the doctor takes of the kit.
a_copy() {
    mkdir -p "$BATS_TEST_TMPDIR/copy"
    cp -R Makefile common steps tests tools "$BATS_TEST_TMPDIR/copy/"
    cd "$BATS_TEST_TMPDIR/copy" || return
}

@test "doctor: it leaves no files where the kit's programs are built either" {
    a_copy
    has_a_stub_of "${REST[@]}"
    run doctor
    says 0
    diff /dev/null <(ls -A build)
}

@test "doctor: a copy with the line ends of Windows is cured by what it says" {
    a_copy
    find . -type f ! -path '*/corpus/*' -exec sed -i 's/$/\r/' {} +
    run env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory doctor
    [ "$status" != 0 ]
    [[ ${lines[1]} == *'no script starts'*': grep '*' and for the next time: '* ]] || { echo "$output"; return 1; }
    local cure=${lines[1]#*: grep}
    bash -c "grep${cure%% and for the next time: *}"
    run env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory doctor
    says 0 "$WELL"
}

# without_programs FOLDER...: doctor runs where these are mounted noexec.
without_programs() {
    needs unshare mount
    local own=(unshare --mount)
    [ "$EUID" = 0 ] || own+=(--user --map-root-user)
    if ! "${own[@]}" mount -t tmpfs -o noexec none "$BIN" 2>/dev/null; then
        [ "$EUID" != 0 ] || [ -z "${CI:-}" ] || return 1
        skip 'this system allows no mounts'
    fi
    BIN=$BIN TMPDIR=$BATS_TEST_TMPDIR/tmp run "${own[@]}" bash -c '
        for folder; do mount -t tmpfs -o noexec none "$folder"; done
        PATH=$BIN CC=cc exec "$BASH" tools/see/doctor' alone "$@"
}

@test "doctor: where no program runs, no compiler is blamed" {
    a_copy
    has_a_stub_of "${REST[@]}"
    without_programs "$BATS_TEST_TMPDIR/tmp"
    says 0 "$WELL" "$COMPILER" \
        "--   no program runs in $BATS_TEST_TMPDIR/tmp, which is mounted noexec, for make grade SUBMISSIONS=DIR: export TMPDIR=DIR, another folder"
    without_programs build
    says 1 "$ILL" "$COMPILER" \
        '--   no program runs in build, which is mounted noexec: copy the kit to a folder of yours, on a disk of this machine'
    without_programs build "$BATS_TEST_TMPDIR/tmp"
    says 1 'Without such a folder nothing else can be tried.'
    [[ $output != *compiler* ]]
}
