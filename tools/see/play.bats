#!/usr/bin/env bats
# make play: a server and three clients in tmux, driven as a person would. The
# person's terminal is itself a pane of another tmux.
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

PATIENCE=$((PATIENCE * 4))

setup() {
    note_failures
    export LC_ALL=C.UTF-8
    unset TMUX TMUX_PANE
    export TMUX_TMPDIR=$BATS_TEST_TMPDIR HOME=$BATS_TEST_TMPDIR
    PLAYED_IN=(tmux)
}

teardown() {
    say_where_it_failed
    tmux kill-server 2>/dev/null || true
    terminal kill-server 2>/dev/null || true
    end_jobs
}

terminal() { tmux -S "$BATS_TEST_TMPDIR/terminal" -f /dev/null "$@" 3>&- 4>&-; }
played() { "${PLAYED_IN[@]}" "$@"; }

# in_terminal WIDTH HEIGHT COMMAND...: what it said stays when it has ended, and
# its exit status after it, which tmux itself does not always come to know.
in_terminal() {
    terminal start-server \; set -g remain-on-exit on \; \
        new-session -d -x "$1" -y "$2" env -u TMUX -u TMUX_PANE BUILD="$BUILD" \
        sh -c '"$@"; echo "status $?"' sh "${@:3}"
}

# plays STEP [WIDTH HEIGHT]: waits until all four are there. PROGRAMS are the
# server and the clients, PANES the processes around them.
plays() {
    needs tmux ps
    in_terminal "${2:-120}" "${3:-40}" tools/see/play "$1" 0
    is_played shows_labels
}

# is_played CONDITION...: the four are there, and so is that.
is_played() {
    wait_until has_programs 4
    wait_until "$@"
    mapfile -t PANES < <(pane_processes)
    mapfile -t PROGRAMS < <(programs)
}

# Whoever sits there sees all four panes.
shows_labels() {
    terminal capture-pane -p | grep -q ' server .* client 1 ' &&
        terminal capture-pane -p | grep -q ' client 2 .* client 3 '
}

pane_processes() {
    played list-panes -s -F '#{pane_pid} #{pane_title}' | sed -nE 's/ (server|client .)$//p'
}
programs() {
    ps -A -o pid= -o ppid= -o comm= | awk -v panes="$(pane_processes)" '
        BEGIN { split(panes, list); for (i in list) is_pane[list[i]] = 1 }
        $2 in is_pane && $3 ~ /(server|client)$/ { print $1 }'
}
has_programs() { [ "$(programs | wc -l)" = "$1" ]; }

pane() { played list-panes -s -F '#{pane_id} #{pane_title}' | sed -n "s/ $1\$//p"; }
screen() { played capture-pane -p -J -t "$(pane "$1")"; }
shows_in() { screen "$1" | grep -qE -- "$2"; }
types_in() {
    played send-keys -t "$(pane "$1")" -l "$2"
    played send-keys -t "$(pane "$1")" Enter
}
presses() { played send-keys -t "$(pane "$1")" "$2"; }

# sees PANE REGEX: waits until it is shown there.
sees() {
    wait_until shows_in "$@" && return
    echo "$1 shows:" && screen "$1" | sed 's/^/  | /'
    return 1
}

has_panes() { [ "$(pane_processes | wc -l)" = "$1" ]; }

gone() {
    local process
    for process; do
        [[ $(ps -o stat= -p "$process") =~ ^(Z|$) ]] || return 1
    done
}

# Nothing that was started is left, the tmux of its own neither.
nothing_is_left() {
    wait_until gone "${PANES[@]}" "${PROGRAMS[@]}"
    wait_until no_sessions
}

no_sessions() { ! tmux list-sessions 2>/dev/null; }
ended_with() { terminal capture-pane -p | grep -qx "status $1"; }

@test "play: what one client says is seen in the panes of the others" {
    plays 6
    [ "$(played list-panes -s -F '#{pane_title}' | paste -sd, -)" = 'server,client 1,client 2,client 3' ]
    [ "$(played display-message -p '#{pane_title}')" = 'client 1' ]
    sees server 'Connected by .*'
    types_in 'client 1' 'hello from João'
    sees 'client 2' 'hello from João'
    sees 'client 3' 'hello from João'
    types_in 'client 3' 'hello, one'
    sees 'client 1' 'hello, one'
}

# on_screen REGEX: a line of what the person sees, the lines of tmux's own too.
on_screen() { terminal capture-pane -p | grep -qE -- "$1"; }
is_in() { [ "$(played display-message -p '#{pane_title}')" = "$1" ]; }

@test "play: the last line says how to change panes and how to leave, and so it is" {
    plays 6 80 24
    local said='^ Ctrl-b, then o: next pane   Ctrl-b, then d: leave, and all ends *$'
    on_screen "$said"
    types_in 'client 1' "$(seq -s . 200)"
    sees 'client 2' '199.200'
    on_screen "$said"
    terminal send-keys C-b o
    wait_until is_in 'client 2'
    terminal send-keys C-b d
    nothing_is_left
}

@test "play: it says the keys of who has others, and shows them where this person has no last line" {
    printf '%s\n' 'set -g prefix C-Space' 'set -g status off' 'set -g status-right right' \
        'unbind o' 'bind M-n select-pane -t :.+' 'unbind d' 'bind \; detach-client' >"$HOME/.tmux.conf"
    plays 6 80 24
    on_screen '^ Ctrl-Space, then Alt-n: next pane   Ctrl-Space, then ;: leave, and all ends *$'
    terminal send-keys C-Space M-n
    wait_until is_in 'client 2'
    terminal send-keys C-Space '\;'
    nothing_is_left
}

@test "play: what no key does is not said" {
    printf '%s\n' 'set -g prefix None' 'set -g prefix2 C-a' 'unbind d' >"$HOME/.tmux.conf"
    plays 6 80 24
    on_screen '^ Ctrl-a, then o: next pane *$'
}

@test "play: labelled and readable in 80x24" {
    plays 12 80 24
    local width height
    while read -r width height; do
        echo "$width x $height"
        [ "$width" -ge 39 ]
        [ "$height" -ge 10 ]
    done < <(played list-panes -s -F '#{pane_width} #{pane_height}')
}

@test "play: Ctrl-C in the server's pane ends all; what they said stays until Enter" {
    plays 12
    presses server C-c
    sees server 'The server has ended: Enter closes all panes'
    wait_until gone "${PROGRAMS[@]}"
    sees 'client 2' 'The server closed the connection'
    sees 'client 2' 'The client has ended: Enter closes this pane'
    presses 'client 2' Enter
    wait_until has_panes 3
    presses server Enter
    nothing_is_left
    wait_until ended_with 0
}

@test "play: clients that do not notice end with the server too" {
    plays 2
    presses server C-c
    sees 'client 3' 'The client has ended'
    wait_until gone "${PROGRAMS[@]}"
}

@test "play: Ctrl-C in a client's pane ends that client only" {
    plays 6
    presses 'client 1' C-c
    sees 'client 1' 'The client has ended: Enter closes this pane'
    has_programs 3
    types_in 'client 2' 'still here'
    sees 'client 3' 'still here'
}

@test "play: whoever detaches leaves nothing running" {
    plays 6
    terminal send-keys C-b d
    nothing_is_left
}

@test "play: a terminal that is closed leaves nothing running" {
    plays 6
    terminal kill-server
    nothing_is_left
}

@test "play: a session that is killed leaves nothing running" {
    plays 6
    tmux kill-session
    nothing_is_left
}

shows_its_window() { [ "$(terminal display-message -p '#{window_name}')" = 'step 6' ]; }
@test "play: inside tmux it is a window of that session" {
    needs tmux ps
    PLAYED_IN=(terminal)
    terminal new-session -d -x 120 -y 40
    terminal send-keys "BUILD=$BUILD tools/see/play 6 0; echo 'status' \$?" Enter
    is_played shows_its_window
    types_in 'client 1' 'hello'
    sees 'client 2' 'hello'
    terminal kill-window
    nothing_is_left
    terminal capture-pane -p | grep -qx 'status 0'
}

@test "play: inside tmux the lines above the panes say it, and the last line is left alone" {
    needs tmux ps
    printf '%s\n' 'set -g prefix C-a' 'unbind o' 'bind , select-pane -t :.+' \
        'set -g status-left mine' >"$HOME/.tmux.conf"
    in_terminal 80 25 tmux new-session sh
    wait_until on_screen '^mine'
    terminal send-keys "BUILD=$BUILD tools/see/play 6 0" Enter
    is_played on_screen ' server   Ctrl-C and Enter: leave .* client 1   Ctrl-a ,: next pane '
    on_screen ' client 2   Ctrl-a ,: next pane .* client 3   Ctrl-a ,: next pane '
    on_screen '^mine.*:step 6'
    terminal send-keys C-a ,
    wait_until is_in 'client 2'
    presses server C-c
    sees server 'Enter closes all panes'
    presses server Enter
    wait_until gone "${PANES[@]}" "${PROGRAMS[@]}"
    on_screen '^mine'
}

@test "play: a port that is taken: the server's own words, and nothing is left" {
    needs tmux ps
    start_server 6
    in_terminal 100 30 tools/see/play 6 "$PORT"
    wait_until ended_with 1
    terminal capture-pane -p
    terminal capture-pane -p | grep -q "^server: bind .*:$PORT: Address already in use"
    terminal capture-pane -p | grep -q '^The port is taken'
    wait_until no_sessions
}

@test "play: inside tmux a port that is taken leaves no window" {
    needs tmux
    start_server 6
    terminal new-session -d -x 100 -y 30
    terminal send-keys "BUILD=$BUILD tools/see/play 6 $PORT; echo 'status' \$?" Enter
    wait_until ended_with 1
    terminal capture-pane -p | grep -q "^server: bind .*:$PORT: Address already in use"
    [ "$(terminal list-windows | wc -l)" = 1 ]
}

@test "play: without a terminal it says what to type" {
    needs tmux
    run make -s SANITIZE="${SANITIZE:-}" play STEP=6 PORT=5001 </dev/null
    [ "$status" = 0 ]
    local client="$BUILD/step6/client 127.0.0.1 5001"
    [ "$output" = "Terminal 1:  $BUILD/step6/server 5001      (Ctrl-C ends it)
Terminal 2:  $client
Terminal 3:  $client
Terminal 4:  $client" ]
}

@test "play: without tmux it says how to install it, and what to type" {
    mkdir "$BATS_TEST_TMPDIR/bin"
    ln -s "$(command -v bash)" "$BATS_TEST_TMPDIR/bin/"
    PATH=$BATS_TEST_TMPDIR/bin BUILD=$BUILD run tools/see/play 12 0
    [ "$status" = 0 ]
    [ "${#lines[@]}" = 5 ]
    [[ ${lines[0]} == 'tmux is missing.'*'apt-get install tmux'* ]]
    [ "${lines[1]}" = "Terminal 1:  $BUILD/step12/server 0      (Ctrl-C ends it)" ]
    [ "${lines[4]}" = "Terminal 4:  $BUILD/step12/client 127.0.0.1 PORT, the number that the server says" ]
}

@test "play: a step that is not built: one line says so" {
    run tools/see/play 77
    [ "$status" = 1 ]
    [ "$output" = 'play: there is no build/step77/server: type make step77 first.' ]
}
