#!/usr/bin/env bats
# HOSTS: a class that is judged on several machines. Two namespaces play them: each
# has a /tmp and a home of its own, and an sshd that ssh starts there, so that no port
# is taken.
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

# machine NAME: begins to be one, until this file ends. It notes who is judged there:
# for each a sandbox begins.
machine() {
    local name=$1
    mkdir -p "$MACHINES/$name/bin"
    printf '#!/bin/sh\necho >>/tmp/sandboxes\nexec /usr/bin/bwrap "$@"\n' >"$MACHINES/$name/bin/bwrap"
    chmod +x "$MACHINES/$name/bin/bwrap"
    cp "$MACHINES/key.pub" "$MACHINES/$name/authorized_keys"
    cp "$MACHINES/host" "$MACHINES/$name/host"
    printf '%s\n' 'HostKey /tmp/host' 'AuthorizedKeysFile /tmp/authorized_keys' 'StrictModes no' \
        'UsePAM no' 'PermitRootLogin yes' "SetEnv PATH=/tmp/bin:/usr/local/bin:/usr/bin:/bin" >"$MACHINES/$name/config"
    # shellcheck disable=SC2016
    setsid unshare --mount bash -c 'mount --bind "$1" /tmp && mount -t tmpfs none /run && mkdir /run/sshd &&
        mount -t tmpfs none ~root && chmod 1777 /tmp && echo $$ >/tmp/pid && exec sleep infinity' - "$MACHINES/$name" 3>&- </dev/null >/dev/null 2>&1 &
}

# play_ssh: an ssh that knows these machines alone, on which what somebody makes is
# for nobody else to read. Root's own is not asked.
play_ssh() {
    ssh-keygen -q -t ed25519 -N '' -f "$MACHINES/key"
    ssh-keygen -q -t ed25519 -N '' -f "$MACHINES/host"
    cat >"$MACHINES/config" <<CONFIG
Host lab1 lab2 lab3
    IdentityFile $MACHINES/key
    UserKnownHostsFile /dev/null
    StrictHostKeyChecking no
    LogLevel ERROR
    ProxyCommand sh -c 'umask 077; exec nsenter --mount=/proc/\$(cat $MACHINES/%h/pid)/ns/mnt /usr/sbin/sshd -i -f /tmp/config'
CONFIG
    mkdir "$MACHINES/bin"
    printf '#!/bin/sh\nexec /usr/bin/ssh -F %s "$@"\n' "$MACHINES/config" >"$MACHINES/bin/ssh"
    chmod +x "$MACHINES/bin/ssh"
}

# honest WHO
honest() {
    mkdir -p "$CLASS/$1/exercises/01-reply"
    cp exercises/01-reply/solution/*.c "$CLASS/$1/exercises/01-reply/"
}

can_play() {
    command -v bwrap parallel jq ssh sshd rsync nsenter >/dev/null && [ "$EUID" = 0 ] && unshare --mount true 2>/dev/null
}

needs_machines() {
    needs bwrap parallel jq ssh sshd rsync nsenter
    [ "$EUID" = 0 ] || skip 'only root can play two machines'
    can_play || skip 'this system allows no namespaces'
}

setup_file() {
    export MACHINES=$BATS_FILE_TMPDIR/machines CLASS=$BATS_FILE_TMPDIR/class EXERCISES=1 SANITIZE='' TIMEOUT_SCALE=$((2 * ${TIMEOUT_SCALE:-1}))
    ! can_play || {
        mkdir "$MACHINES"
        play_ssh
        machine lab1
        machine lab2
        PATH=$MACHINES/bin:$PATH
        wait_until test -s "$MACHINES/lab1/pid" -a -s "$MACHINES/lab2/pid"
        local who
        for who in ana bia caio; do honest $who; done
        mkdir -p "$CLASS/duda/exercises/01-reply"
        echo 'int main(void) { return }' >"$CLASS/duda/exercises/01-reply/server.c"
    }
}

teardown_file() { cat "$MACHINES"/*/pid 2>/dev/null | xargs -r kill; }

# grades_on HOSTS: the class, one student at a time on each.
grades_on() {
    GRADES=$BATS_TEST_TMPDIR/grades.$1 HOSTS=$1 run env JOBS=1 bash tools/grade/grade "$CLASS"
    echo "$output"
    [ "$status" = 0 ]
}

# students GRADES: what is known of all.
students() { cat "$BATS_TEST_TMPDIR/grades.$1"/results/*/student.json "$BATS_TEST_TMPDIR/grades.$1"/results/*/*.tap; }

# left_there: what the grader has left on the two.
left_there() { find "$MACHINES"/lab[12] -name 'tmp.*' -prune -print; }

@test "hosts: two others and this one judge a class, and the bytes are those of one" {
    needs_machines
    grades_on ''
    grades_on lab1,lab2,:
    [ -s "$MACHINES/lab1/sandboxes" ]
    [ -s "$MACHINES/lab2/sandboxes" ]
    cmp <(students '') <(students lab1,lab2,:)
    grep '"ana","","",10,10,"1 passes"' "$BATS_TEST_TMPDIR/grades.lab1,lab2,:/grades.csv"
    grep '"duda","","",0,0,"1 does not build"' "$BATS_TEST_TMPDIR/grades.lab1,lab2,:/grades.csv"
    [ -z "$(left_there)" ]
}

@test "hosts: what one machine had judged before Ctrl-C is not judged again" {
    needs_machines
    GRADES=$BATS_TEST_TMPDIR/grades.lab1
    export GRADES HOSTS=lab1
    with_keyboard grading env JOBS=1 bash tools/grade/grade "$CLASS"
    PATIENCE=$((PATIENCE * 12)) wait_until compgen -G "$GRADES/results/*/student.json" >/dev/null
    kill -INT -- "-${CLIENT[grading]}"
    ends "${CLIENT[grading]}" 130
    [ -z "$(left_there)" ]
    rm "$MACHINES/lab1/sandboxes"
    local known
    known=$(find "$GRADES/results" -name student.json | wc -l)
    grades_on lab1
    [[ $output == *"[$((known + 1)) of 4] "* ]]
    grep '"caio","","",10,10,"1 passes"' "$GRADES/grades.csv"
}

@test "hosts: what one machine cannot judge another one does; what none can is said, and no verdict" {
    needs_machines
    printf '#!/bin/sh\nexit 1\n' >"$MACHINES/lab2/bin/bwrap"
    grades_on lab1,lab2
    [ "$(grep -c ',10,10,"1 passes"$' "$BATS_TEST_TMPDIR/grades.lab1,lab2/grades.csv")" = 3 ]
    grades_on lab2
    [ "$(grep -c '"not judged: the grader itself failed; run it again"$' "$BATS_TEST_TMPDIR/grades.lab2/grades.csv")" = 4 ]
}

@test "hosts: one that does not answer, or lacks something, is named before anybody is judged" {
    needs_machines
    GRADES=$BATS_TEST_TMPDIR/grades HOSTS=lab1,lab3 run bash tools/grade/grade "$CLASS"
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'grade: Not all of HOSTS can judge:'*lab3* ]]
    [[ $output != *lab1* ]]
    [[ $output != *$'\r'* ]]
    sed -i 's|PATH=.*|PATH=/tmp/few|' "$MACHINES/lab2/config"
    mkdir "$MACHINES/lab2/few"
    find /usr/bin /bin/ ! -type d ! -name make -exec ln -sf -t "$MACHINES/lab2/few" {} +
    GRADES=$BATS_TEST_TMPDIR/grades HOSTS=lab1,lab2 run bash tools/grade/grade "$CLASS"
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *$'lab2\tmake is missing'* ]]
    [ ! -e "$BATS_TEST_TMPDIR/grades/grades.csv" ]
}
