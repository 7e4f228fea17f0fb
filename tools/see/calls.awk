# calls.awk: turns what strace -ff -ttt -T -yy -k wrote into events, one a line.
# Reads its files, named server.PID, client1.PID and so on. Prints, separated by
# tabs:
#
#   time  program  task  what  from  to  bytes  waited  text
#
# A call that waits for others happens when it returns, any other when it begins:
# so what is sent comes before what is received. task is the thread's number;
# what is name, call, send, recv, connect, accept, end, start or exit; from and
# to are the addresses of a socket, bytes what was moved, waited in seconds.

function finish_task() {
    finish_call(9999999999)
    if (task != "" && name != "")
        print_event(0, "name", "", "", 0, 0, name)
    name = ""
}

# A call that had not returned when the thread ended.
function finish_call(time) {
    if (unfinished != "")
        print_event(time, "call", "", "", 0, 0, unfinished " still waits")
    unfinished = ""
}

function print_event(time, what, from, to, bytes, waited, text) {
    printf "%.6f\t%s\t%s\t%s\t%s\t%s\t%d\t%.6f\t%s\n", time, program, task, what, from, to,
        bytes, waited, text
}

# Socket addresses, {sa_family=AF_INET, ...}, as ADDRESS:PORT.
function plain_address(text,   start, size, inside, port, host) {
    while (match(text, /\{sa_family=AF_INET6?, [^}]*\}/)) {
        start = RSTART; size = RLENGTH
        inside = substr(text, start, size)
        port = inside; sub(/.*_port=htons\(/, "", port); sub(/\).*/, "", port)
        host = inside; sub(/.*(inet_addr\(|inet_pton\(AF_INET6, )"/, "", host); sub(/".*/, "", host)
        if (inside ~ /AF_INET6/)
            host = "[" host "]"
        text = substr(text, 1, start - 1) "{" host ":" port "}" substr(text, start + size)
    }
    return text
}

# What strace says in <...> behind a descriptor is known from the columns.
function without_paths(text) {
    gsub(/<(TCP|UDP)(v6)?:\[([^>]|->)*>/, "", text)
    gsub(/<(pipe|socket|anon_inode):[^>]*>/, "", text)
    gsub(/<\/[^<>]*(<[^>]*>)?>/, "", text)
    return text
}

# As the source has it: recv() and send() are recvfrom and sendto to the kernel.
function as_in_the_source(call, text) {
    text = plain_address(without_paths(text))
    if (call == "recvfrom" && sub(/, NULL, NULL\)/, ")", text))
        sub(/^recvfrom/, "recv", text)
    if (call == "sendto" && sub(/, NULL, 0\)/, ")", text))
        sub(/^sendto/, "send", text)
    sub(/O_OLD,/, "O,", text)
    sub(/msg_name=NULL, msg_namelen=0, msg_iov=/, "", text)
    sub(/, msg_iovlen=.*, msg_flags=0/, "", text)
    gsub(/iov_base=/, "", text)
    gsub(/, iov_len=[0-9]+/, "", text)
    return text
}

# The two ends of the first socket in a line: sets from and to.
function find_ends(text) {
    from = to = ""
    if (!match(text, /<(TCP|UDP)(v6)?:\[([^>]|->)*>/))
        return
    from = substr(text, RSTART, RLENGTH)
    sub(/^<[A-Zv6]*:\[/, "", from); sub(/\]>$/, "", from)
    if (split(from, both, "->") == 2) {
        from = both[1]; to = both[2]
    }
}

# What others may wait for; a call that failed or was interrupted is just a call.
function kind_of(call, result) {
    if (result !~ /^[0-9]/)
        return "call"
    if (call ~ /^(read|recvfrom|recvmsg)$/)
        return "recv"
    if (call ~ /^(write|writev|sendto|sendmsg)$/)
        return "send"
    if (call ~ /^(connect|accept)/)
        return call ~ /^accept/ ? "accept" : "connect"
    return call ~ /^(close|shutdown)$/ ? "end" : "call"
}

FNR == 1 {
    finish_task()
    program = FILENAME; sub(/.*\//, "", program)
    task = program; sub(/.*\./, "", task); sub(/\..*/, "", program)
}

# The stack of the call before: the outermost function of ours names the thread.
/^ > / {
    if (match($2, /\/(server|client)\([A-Za-z_0-9]+/)) {
        frame = substr($2, RSTART, RLENGTH); sub(/.*\(/, "", frame)
        if (frame != "_start")
            name = frame
    }
    next
}

{
    time = $1
    line = substr($0, length($1) + 2)
}

line ~ /^\+\+\+ / {
    finish_call(time)
    text = line; gsub(/^\+\+\+ | \+\+\+$/, "", text)
    print_event(time, "exit", "", "", 0, 0, text)
    next
}

line ~ /^--- SIG(INT|TERM|PIPE)/ {
    text = $3
    print_event(time, "call", "", "", 0, 0, "gets " text)
    next
}

line ~ /^(clone|clone3)\(/ && line ~ /CLONE_THREAD/ {
    text = line; sub(/ <[0-9.]+>$/, "", text); sub(/.*= /, "", text)
    print_event(time, "start", "", "", 0, 0, text)
    next
}

# Sockets, the keyboard and the screen: nothing of the loader's.
line ~ /<(TCP|UDP)(v6)?:/ || line ~ /^(read\(0|write\([12])</ {
    call = line; sub(/\(.*/, "", call)
    waited = 0; result = ""
    if (match(line, / <[0-9.]+>$/)) {
        waited = substr(line, RSTART + 2, RLENGTH - 3) + 0
        line = substr(line, 1, RSTART - 1)
    }
    waits = call ~ /^(accept|accept4|read|recvfrom|recvmsg|poll|ppoll)$/ || waited >= 0.1
    if (match(line, / = [-?0-9][^"]*$/)) {
        result = substr(line, RSTART + 3)
        line = substr(line, 1, RSTART - 1); sub(/ +$/, "", line)
    }
    find_ends(call ~ /^accept/ ? result : line)
    text = as_in_the_source(call, line)
    if (result == "" || result ~ /^\?$/) {
        sub(/(, *)?( <unfinished \.\.\.>)?\)?$/, "", text)
        unfinished = text ", ...)"
        next
    }
    if (result ~ /^\? ERESTART/)
        result = "interrupted"
    text = text " = " without_paths(result)
    print_event(waits ? time + waited : time, kind_of(call, result), from, to,
        result + 0 > 0 ? result + 0 : 0, waits ? waited : 0, text)
}

END { finish_task() }
