# calls.awk: turns what strace -ff -ttt -T -yy -k wrote into events, one a line.
# Reads its files, named server.PID, client1.PID and so on. Prints, separated by
# tabs:
#
#   time  program  task  what  from  to  bytes  waited  text
#
# A call that waits for others happens when it returns, any other when it begins:
# so what is sent comes before what is received. task is the thread's number;
# what is name, call, send, recv, poll, connect, accept, end, start or exit; from
# and to are the addresses of a socket, bytes what was moved, waited in seconds.
#
# A server has a thread that writes its log, which is nobody's lesson: what that
# writes is what the thread that started it prints, but for everything=1. Programs
# that are made to be recorded (tools/site/motion/marks.c) mark each line where it
# is logged, with a write to nowhere; then that is what is printed.
#
# With stacks=1 there is a last column: who called whom, from the inside out, as
# addresses in the program.

function finish_task() {
    finish_call(9999999999)
    if (task != "" && name != "") {
        print_event(0, "name", "", "", 0, 0, name)
        called[task] = name
    }
    name = ""
}

# A call that had not returned when the thread ended.
function finish_call(time) {
    if (unfinished != "")
        print_event(time, "call", "", "", 0, 0, unfinished " still waits")
    unfinished = ""
}

# A column for the stack, where it is asked for.
function stack_of(event) { return stacks ? "\t" substr(stack[event], 2) : "" }

# All are kept until it is known which thread writes the log.
function print_event(time, what, from, to, bytes, waited, text) {
    when[++events] = sprintf("%.6f\t%s", time, program)
    who[events] = task
    kind[events] = what
    rest[events] = sprintf("%s\t%s\t%d\t%.6f", from, to, bytes, waited)
    words[events] = text
    if (what == "start")
        starter[text] = task
    if (program == "server" && text ~ /^write\(1,/)
        writes_log[task]
}

# Whether this thread writes a server's log, by its name where strace tells it.
function is_log(task) {
    return !everything && task in starter && task in writes_log && (!(task in called) || called[task] == "log_thread")
}

# What the log's thread has written, line by line, if it was all of it.
function print_log(i,   text, count, line, n) {
    text = words[i]
    if (marked || !sub(/^write\(1, "/, "", text))
        return
    sub(/"(\.\.\.)?, [0-9]+\) = .*/, "", text)
    count = split(text, line, /\\n/)
    for (n = 1; n <= count; n++)
        if (line[n] != "")
            print when[i] "\t" starter[who[i]] "\tcall\t" rest[i] "\tprints \"" line[n] "\"" stack_of(i)
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

# As the source has it: recv(), send() and sigwait() have other names in the kernel.
function as_in_the_source(call, text) {
    text = plain_address(without_paths(text))
    if (call == "recvfrom" && sub(/, NULL, NULL\)/, ")", text))
        sub(/^recvfrom/, "recv", text)
    if (call == "sendto" && sub(/, NULL, 0\)/, ")", text))
        sub(/^sendto/, "send", text)
    if (call == "sendmsg" && sub(/\{msg_name=NULL, msg_namelen=0, msg_iov=/, "", text)) {
        sub(/, msg_iovlen=[0-9]+, msg_controllen=0, msg_flags=0\}/, "", text)
        gsub(/\{iov_base=/, "", text)
        gsub(/, iov_len=[0-9]+\}/, "", text)
    }
    sub(/O_OLD,/, "O,", text)
    if (sub(/^pipe2\(/, "pipe(", text))
        sub(/, 0\)$/, ")", text)
    if (sub(/^rt_sigtimedwait\(/, "sigwait(", text))
        sub(/\], .*/, "], ...)", text)
    return text
}

# The two ends of the first socket in a line: sets from and to. In a program's own
# pipe bytes go from one who writes to one who reads.
function find_ends(call, text) {
    from = to = ""
    if (!match(text, /<(TCP|UDP)(v6)?:\[([^>]|->)*>/)) {
        if (match(text, /<pipe:\[[0-9]+\]>/)) {
            from = call == "write" ? substr(text, RSTART, RLENGTH) : "whoever writes"
            to = call == "write" ? "whoever writes" : substr(text, RSTART, RLENGTH)
        }
        return
    }
    from = substr(text, RSTART, RLENGTH)
    sub(/^<[A-Zv6]*:\[/, "", from); sub(/\]>$/, "", from)
    if (split(from, both, "->") == 2) {
        from = both[1]; to = both[2]
    }
}

# The descriptor that poll() found something to read on, as its argument has it.
function readable(text, result,   fd) {
    if (!match(result, /fd=[0-9]+, revents=POLLIN/))
        return ""
    fd = substr(result, RSTART); sub(/,.*/, "", fd)
    text = substr(text, index(text, fd "<")); sub(/, events=.*/, "", text)
    return text
}

# What others may wait for; a call that failed or was interrupted is just a call.
function kind_of(call, result) {
    if (result !~ /^[0-9]/)
        return "call"
    if (call ~ /^(read|recvfrom|recvmsg)$/)
        return "recv"
    if (call ~ /^(write|writev|sendto|sendmsg)$/)
        return "send"
    if (call ~ /^p?poll$/)
        return "poll"
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
        if (frame != "_start") {
            name = frame
            if (called_here) # what was left out has a stack, too
                stack[events] = stack[events] " " $NF
        }
    }
    next
}

{
    called_here = 0
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
    called_here = 1
    next
}

line ~ /^write\(-1, / {
    marked = 1
    text = line; sub(/^write\(-1, /, "", text); sub(/(\.\.\.)?, [0-9]+\) .*/, "", text)
    print_event(time, "call", "", "", 0, 0, "prints " text)
    called_here = 1
    next
}

# Sockets, the keyboard and the screen, pipes: nothing of the loader's.
line ~ /<(TCP|UDP)(v6)?:/ || line ~ /^(read\(0|write\([12])</ || line ~ /^(pipe2?|rt_sigtimedwait)\(/ ||
line ~ /^((read|write)\(|p?poll\(\[\{fd=)([3-9]|[0-9][0-9]+)<pipe:/ {
    call = line; sub(/\(.*/, "", call)
    waited = 0; result = ""
    if (match(line, / <[0-9.]+>$/)) {
        waited = substr(line, RSTART + 2, RLENGTH - 3) + 0
        line = substr(line, 1, RSTART - 1)
    }
    waits = call ~ /^(accept|accept4|read|recvfrom|recvmsg|poll|ppoll|rt_sigtimedwait)$/ || waited >= 0.1
    if (match(line, / = [-?0-9][^"]*$/)) {
        result = substr(line, RSTART + 3)
        line = substr(line, 1, RSTART - 1); sub(/ +$/, "", line)
    }
    find_ends(call, call ~ /^accept/ ? result : call ~ /^p?poll$/ ? readable(line, result) : line)
    text = as_in_the_source(call, line)
    if (result == "" || result ~ /^\?$/) {
        sub(/(, *)?( <unfinished \.\.\.>)?\)?$/, "", text)
        unfinished = text ", ...)"
        next
    }
    if (result ~ /^\? ERESTART/)
        result = "interrupted"
    if (call == "rt_sigtimedwait")
        gsub(/.*\(|\)/, "", result) # the name of the signal
    text = text " = " without_paths(result)
    print_event(waits ? time + waited : time, kind_of(call, result), from, to,
        result + 0 > 0 ? result + 0 : 0, waits ? waited : 0, text)
    called_here = 1
}

END {
    finish_task()
    for (i = 1; i <= events; i++)
        if (is_log(who[i]))
            print_log(i)
        else if (kind[i] != "start" || !is_log(words[i]))
            print when[i] "\t" who[i] "\t" kind[i] "\t" rest[i] "\t" words[i] stack_of(i)
}
