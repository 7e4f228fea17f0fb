/*
 * room.pml: the room of the last step's server for spin(1), which tries every
 * order of events there is. Read it beside that server.c: what has a name there
 * has it here. It knows nothing of names, commands and bytes: SAY is a line to
 * all, ASK whatever is answered. People, their connections and time are processes.
 * Run it: bash tools/kit/model/model. By hand, for safety:
 *   spin -a -DVISITS=2 -DSAYS=0 -DNO_END room.pml
 *   cc -w -DSAFETY -DNOCLAIM -DCOLLAPSE -o pan pan.c && ./pan -m1000000
 * and for what must come at last (ends, goes, hears, speaks: the last lines):
 *   spin -a -DFAIR -DVISITS=1 -DSAYS=0 -DDEAF room.pml
 *   cc -w -DNFAIR=3 -DCOLLAPSE -o pan pan.c && ./pan -a -f -N ends -m1000000
 * After an error: spin -t -T -B, and the same -D, tells the story.
 * With -DBREAK_... it has a mistake: tools/kit/model/model names them.
 */
#define CLIENTS 2 /* at a time */
#ifndef VISITS
#define VISITS 2 /* how many come in all */
#endif
#ifndef SAYS
#define SAYS 1 /* lines and commands that each types */
#endif
#ifndef TALKERS
#define TALKERS CLIENTS /* the first ones type and leave, the others stay */
#endif
#ifndef POSTS
#define POSTS 3 /* what the log holds */
#endif
#ifndef LINE
#define LINE 1 /* bytes of a line */
#endif
#ifndef WIRE
#define WIRE 1 /* bytes that a connection holds */
#endif
#ifndef PIECE
#define PIECE 2 /* bytes that one sendmsg() is given at most */
#endif
#define NULL CLIENTS /* no client */

mtype = { Ana, Bia, thread_of_Ana, thread_of_Bia, postman, end_of_all, JOIN, SAY, ASK, END };
#define name(who) (who == 0 -> Ana : Bia)

/* ---- people, their connections, and what they are owed ---- */

typedef Person {
    bool deaf, eof, away;        /* stopped by Ctrl-Z; has closed its half, or all */
    bool rd_off, wr_off, closed; /* the server has: SHUT_RD, SHUT_WR, close() */
    byte left, part;             /* lines to type; bytes of a line that came */
    byte must;                   /* of the lines that it is owed, so many must come */
    bool excused                 /* or need not: it is deaf, away, dropped ... */
};
Person person[CLIENTS];
chan typed[CLIENTS] = [1] of { mtype };  /* to the server */
chan wire[CLIENTS] = [WIRE] of { byte }; /* from the server */
chan owed[CLIENTS] = [POSTS + WIRE + 2] of { byte }; /* each line, in order */
byte visits = VISITS;
bool over; /* END_MS since stopping */

#define wrong(text, who) printf(text, name(who)); printf("\n"); assert(false)
#define drain(channel) do :: channel?_ :: empty(channel) -> break od

/* ---- room ---- */

typedef Client {
    bool here, in; /* from calloc() to free(); from room_add() to room_remove() */
    byte next;
    bool leaving, dropped, gone;
    byte next_post, sent, due, late_with;
    byte late_since /* 0: it is not; 1: it is; 2: it is for GRACE_MS */
};
Client client[CLIENTS];
typedef Post { byte from, to, line };
Post posts[POSTS];
byte posts_begin, posts_end, room = NULL, clients;
byte wake_pipe; /* bytes in it */
bool awake, quiet, stopping, exited;
bool busy; /* somebody is on a round */
bool changed[CLIENTS] = true; /* false: sleeps in pthread_cond_wait() */

#ifdef FAIR /* who has waited longest gets the lock */
chan room_lock = [CLIENTS + 2] of { byte };
#define LOCK room_lock!_pid; room_lock?[eval(_pid)]
#define LOCK_AFTER(condition) condition; LOCK
#define UNLOCK room_lock?eval(_pid)
#else
bool room_lock;
#define LOCK atomic { !room_lock -> room_lock = true }
#define LOCK_AFTER(condition) atomic { (condition) && !room_lock -> room_lock = true }
#define UNLOCK room_lock = false
#endif
#ifdef FINE /* each step under the lock is one of its own */
#define UNDER_LOCK
#else /* they are one: whoever could see the difference waits for the lock */
#define UNDER_LOCK atomic
#endif

inline room_add(who)
{
    atomic {
#ifdef BREAK_CURSOR
        client[who].next_post = posts_end;
#else
        client[who].next_post = posts_end - (stopping -> 1 : 0);
#endif
        client[who].next = room;
        client[who].in = true;
        room = who;
        if /* whoever comes in at the end is owed the goodbye */
        :: stopping -> owed[who]!posts_end - 1; person[who].must = 1
        :: else
        fi
    }
}

inline room_remove(who)
{
    if
    :: room == who -> room = client[who].next
    :: else ->
        each = room;
        do
        :: client[each].next != who -> each = client[each].next
        :: else -> client[each].next = client[who].next; break
        od
    fi;
    client[who].in = false
}

/* ---- sending ---- */

#define for_it(who, i) (posts[(i) % POSTS].to == NULL \
    -> posts[(i) % POSTS].from != who : posts[(i) % POSTS].to == who)
#define bytes_for(who, i) (for_it(who, i) -> LINE : 0)

inline has_unsent(who)
{
    if
    :: !client[who].here -> wrong("what is looked at was %e's client, and is free", who)
    :: else
    fi;
    do
    :: client[who].next_post != posts_end &&
        client[who].sent >= bytes_for(who, client[who].next_post) ->
        client[who].sent = client[who].sent - bytes_for(who, client[who].next_post);
        client[who].next_post++
    :: else -> break
    od;
    unsent = client[who].next_post != posts_end && !client[who].dropped
}

#ifdef BREAK_FORGET
#define forgotten(who) client[who].leaving
#else
#define forgotten(who) false
#endif

inline log_forget()
{
    posts_begin = posts_end;
    each = room;
    do
    :: each != NULL ->
        has_unsent(each);
        if
        :: unsent && client[each].next_post < posts_begin && !forgotten(each) ->
            posts_begin = client[each].next_post
        :: else
        fi;
        each = client[each].next
    :: else -> break
    od;
    for (i : 1 .. POSTS) { /* what nobody is to get any more is the same to all */
        if
        :: i > posts_end - posts_begin && posts_end >= i && !(stopping && i == 1) ->
            posts[(posts_end - i) % POSTS].from = 0;
            posts[(posts_end - i) % POSTS].to = 0;
            posts[(posts_end - i) % POSTS].line = 0
        :: else
        fi
    }
    each = 0; i = 0; unsent = false
}

#ifdef BREAK_PLACE
#define log_is_full (posts_end - posts_begin >= POSTS)
#else
#define log_is_full (posts_end - posts_begin >= POSTS - 1)
#endif

#ifdef BREAK_WHILE
#define WHILE(condition) if :: condition -> cond_wait() :: else fi
#else
#define WHILE(condition) do :: condition -> cond_wait() :: else -> break od
#endif

inline cond_wait() /* for `changed` */
{
    atomic {
        printf("%e: waits until the room has changed\n", self);
        changed[me] = false;
        UNLOCK
    };
    LOCK_AFTER(changed[me])
}

#define wait_for_space() WHILE(log_is_full && !stopping)

inline cond_broadcast()
{
#ifdef BREAK_SIGNAL /* it wakes one of those who sleep */
    if
    :: !changed[0] -> changed[0] = true
    :: !changed[1] -> changed[1] = true
    :: else
    fi
#else
    each = 0;
    do :: each < CLIENTS -> changed[each] = true; each++ :: else -> break od;
    each = 0; postman_waits = false
#endif
}

bool postman_waits; /* in pthread_cond_wait() */

inline write_wake_pipe()
{
    printf("%e: a byte goes into wake_pipe\n", self);
    wake_pipe++;
    assert(wake_pipe <= 2)
}

inline log_add(from_, to_)
{
    d_step {
        for (each : 0 .. CLIENTS - 1) {
            if /* whose place does it take? */
            :: client[each].in && !client[each].dropped && posts_end >= POSTS &&
                (client[each].next_post < posts_end - POSTS ||
                (client[each].next_post == posts_end - POSTS &&
                client[each].sent < bytes_for(each, posts_end))) ->
                wrong("the new post takes the place of one that %e has not got", each)
            :: else
            fi;
            if
            :: client[each].in && (to_ == NULL -> from_ != each : to_ == each) ->
                owed[each]!posts_end;
                if :: !client[each].leaving -> person[each].must++ :: else fi
            :: else
            fi;
            if /* of answers to one client there is one at a time */
            :: to_ == each && client[each].next_post < posts_end && !client[each].dropped ->
                for (i : client[each].next_post .. posts_end - 1) {
                    if
                    :: posts[i % POSTS].to == each ->
                        wrong("a second answer for %e, who has not got the first", each)
                    :: else
                    fi
                }
            :: else
            fi
        }
        posts[posts_end % POSTS].from = from_;
        posts[posts_end % POSTS].to = to_;
        posts[posts_end % POSTS].line = posts_end;
        posts_end++;
        each = 0; i = 0
    }
}

inline tell(who)
{
    log_add(NULL, who);
    client[who].due = posts_end
}

inline broadcast(sender) { log_add(sender, NULL) }

inline notice(who)
{
    if
    :: !stopping -> broadcast(NULL); client[who].due = posts_end
    :: else
    fi
}

inline deliver(who) /* what of it stands before sendmsg(): so many bytes of these */
{
    d_step {
        first = client[who].next_post; had = client[who].sent;
        i = first; size = LINE - had; i++;
        do
        :: i != posts_end && size + LINE <= PIECE ->
            size = size + bytes_for(who, i);
            i++
        :: else -> break
        od;
        i = 0
    }
}

inline send_to(who) /* sendmsg(): it takes as much as the connection does */
{
    d_step {
        assert(client[who].here && !person[who].closed);
        i = 0;
        if
        :: person[who].away || person[who].wr_off -> /* EPIPE, ECONNRESET */
            person[who].rd_off = true; person[who].wr_off = true; i = size
        :: else ->
            do
            :: had >= bytes_for(who, first) && i < size -> first++; had = 0
            :: had < bytes_for(who, first) && i < size && len(wire[who]) < WIRE ->
                wire[who]!posts[first % POSTS].line * LINE + had;
                had++; i++
            :: else -> break
            od
        fi;
        printf("%e: sends %e %d of %d bytes\n", self, name(who), i, size);
        first = 0; had = 0
    }
}

inline delivered(who) /* and what stands behind it */
{
    assert(client[who].here);
    client[who].sent = client[who].sent + i;
    all = i == size;
    i = 0; size = 0
}

inline look_after(who)
{
#ifndef BREAK_STALE
    has_unsent(who); /* or its cursor stands where the last send() began */
#endif
    if
    :: client[who].next_post >= client[who].late_with -> client[who].late_since = 0
    :: else
    fi;
    has_unsent(who);
    if
    :: client[who].late_since == 0 && unsent ->
        printf("%e: %e is late\n", self, name(who));
        client[who].late_since = 1;
        client[who].late_with = posts_end
    :: else
    fi;
    if
    :: client[who].late_since == 1 -> client[who].late_since = 2 /* GRACE_MS are over */
    :: true /* or not yet */
    fi;
#ifdef BREAK_DROP
    if
    :: client[who].late_since == 2 ->
#else
    if
    :: client[who].late_since == 2 && log_is_full ->
#endif
        printf("%e: drops %e\n", self, name(who));
        if
        :: log_is_full && client[who].next_post < client[who].late_with
        :: else -> wrong("nobody waits, or %e has got what it was late with", who)
        fi;
        client[who].dropped = true;
        person[who].excused = true;
        person[who].rd_off = true
    :: else
    fi;
    if /* late_with means nothing then: fewer states */
    :: client[who].late_since == 0 -> client[who].late_with = 0
    :: else
    fi;
    client[who].gone = client[who].leaving && (client[who].late_since == 2 ||
        client[who].dropped || client[who].next_post >= client[who].due);
    if /* nor does due */
    :: client[who].next_post >= client[who].due -> client[who].due = 0
    :: else
    fi;
    if
    :: client[who].leaving && client[who].late_since == 2 -> person[who].excused = true
    :: else
    fi;
    if
    :: stopping && over ->
        person[who].excused = true;
        person[who].rd_off = true; person[who].wr_off = true
    :: stopping && !over && !unsent ->
#ifdef BREAK_READ
        person[who].rd_off = true;
#endif
        person[who].wr_off = true
    :: else
    fi;
    if
    :: client[who].gone -> room_remove(who)
    :: else -> late = late || client[who].late_since != 0
    fi;
    each = 0; unsent = false
}

inline go_on() /* to the next one who is to get something, or to the end */
{
    do
    :: to == NULL ->
        log_forget();
        busy = false;
        cond_broadcast();
        break
    :: else ->
        if
        :: all -> has_unsent(to)
        :: else
        fi;
        if
        :: unsent && all -> deliver(to); unsent = false; UNLOCK; break
        :: else ->
            next = client[to].next;
            look_after(to);
            to = next; next = 0; all = true
        fi
    od
}

/* A round begins where the lock is held, and ends so; each send() is without it. */
inline begin_round()
{
    busy = true;
    to = room; late = false; all = true;
    go_on()
}
#define SEND_AND_GO_ON atomic { to != NULL -> send_to(to) }; \
    UNDER_LOCK { LOCK; delivered(to); go_on() }

inline begin_send_posted() /* before its round, if it makes one */
{
    end = posts_end;
    if
    :: awake
    :: !awake ->
        awake = true;
        if
        :: quiet -> mine = true; begin_round()
        :: else -> write_wake_pipe()
        fi
    fi
}
inline end_send_posted()
{
    if
    :: mine ->
        mine = false;
#ifdef BREAK_AGAIN
        quiet = !late;
#else
        quiet = !late && posts_end == end;
#endif
        awake = !quiet;
        if :: awake -> write_wake_pipe() :: else fi
    :: else
    fi;
    end = 0; late = false
}

#ifdef BREAK_AWAKE
#define has_more false
#else
#define has_more (posts_end != end)
#endif

inline next_round()
{
    UNDER_LOCK {
        LOCK;
#ifndef BREAK_ROUND
        do /* somebody may stand in for him */
        :: busy -> postman_waits = true; UNLOCK; LOCK_AFTER(!postman_waits)
        :: else -> break
        od;
#endif
        naps = false;
        if
        :: sleeps || has_more ->
            sleeps = false;
            awake = true;
            many = posts_end - end > 1;
            end = posts_end;
            begin_round()
        :: else ->
            quiet = !many && !late && !stopping;
            awake = false;
            sleeps = true; late = false; many = false;
#ifndef BREAK_SLEEP
            naps = !quiet;
#endif
            printf("%e: sleeps\n", self);
            UNLOCK
        fi
    }
}

active proctype postman_thread()
{
    byte to = NULL, next, each, i, size, first, had, end;
    bool unsent, all, late, many, naps = true, sleeps = true;
    mtype self = postman;
end_poll:
    do
    :: SEND_AND_GO_ON
    :: atomic { to == NULL && !sleeps -> UNLOCK }; next_round() /* sched_yield() */
    :: d_step { sleeps && wake_pipe > 0 -> wake_pipe--; printf("%e: wakes up\n", self) };
        next_round()
    :: sleeps && wake_pipe == 0 && naps && !exited -> /* 50 ms, or there is room */
        next_round()
    od
}

/* ---- clients ---- */

inline handle_line()
{
    if
    :: stopping -> stays = !over
    :: !stopping && what == ASK ->
        printf("%e: post %d, an answer\n", self, posts_end);
        tell(me)
    :: !stopping && what == SAY ->
        printf("%e: post %d, a line\n", self, posts_end);
        broadcast(me)
    fi
}

#ifdef BREAK_FREE /* it has got all: what more can there be? */
#define let_go (client[me].gone || client[me].next_post >= client[me].due)
#else
#define let_go client[me].gone
#endif

inline free_client()
{
    printf("%e: closes, and frees its client\n", self);
    if /* close() with a line unread is a reset: it takes back what is under way */
    :: len(typed[me]) > 0 -> drain(wire[me])
    :: else
    fi;
    person[me].closed = true;
    client[me].here = false; client[me].in = false; client[me].next = 0;
    client[me].leaving = false; client[me].dropped = false; client[me].gone = false;
    client[me].next_post = 0; client[me].sent = 0; client[me].due = 0;
    client[me].late_with = 0; client[me].late_since = 0;
    stays = true;
    clients--
}

#define may_read (client[me].in && stays && len(typed[me]) > 0)
#define has_ended (client[me].in && (!stays || person[me].away || person[me].rd_off || \
    (person[me].eof && len(typed[me]) == 0)))
#define has_begun (client[me].here && !client[me].in)
#ifdef BREAK_DUE
#define is_due (what == END && !let_go)
#else
#define is_due (what == END -> !let_go : what != JOIN && stays && \
    !client[me].dropped && client[me].next_post < client[me].due)
#endif

inline serve_client() /* it comes, says a line, leaves: each time much the same */
{
    UNDER_LOCK {
        LOCK_AFTER(has_begun || may_read || has_ended);
        if
        :: has_begun -> what = JOIN
        :: has_ended -> what = END
        :: may_read -> typed[me]?what
        fi;
        wait_for_space();
#ifdef BREAK_WAKE
        begin_send_posted(); end_send_posted();
#endif
        if
        :: what == JOIN ->
            room_add(me);
            printf("%e: post %d, she is here\n", self, posts_end);
            notice(me)
        :: what == END ->
            printf("%e: post %d, she leaves\n", self, posts_end);
            notice(me);
            client[me].leaving = true;
#ifndef BREAK_LEAVE
            client[me].due = posts_end; /* at the end there is no notice */
#endif
            true
        :: else ->
            stays = !client[me].dropped;
            if :: stays -> handle_line() :: else fi;
            quiet = quiet && len(typed[me]) == 0 /* line_waiting() */
        fi;
#ifndef BREAK_WAKE
        begin_send_posted()
#endif
    };
    do
    :: SEND_AND_GO_ON
    :: UNDER_LOCK {
            to == NULL ->
            end_send_posted();
            WHILE(is_due);
            UNLOCK;
            if
            :: what == END -> free_client()
            :: else
            fi;
            what = 0
        };
        break
    od
}

active [CLIENTS] proctype client_thread()
{
    byte me = _pid - 1, to = NULL, next, each, i, size, first, had, end;
    bool stays = true, unsent, all, late, mine;
    mtype what, self = (me == 0 -> thread_of_Ana : thread_of_Bia);
end_none:
    do
    :: serve_client()
    od
}

/* ---- main ---- */

active proctype end_thread()
{
    byte each, i;
    mtype self = end_of_all;
end_sigwait:
    if
#ifndef NO_END /* Ctrl-C, at any time */
    :: UNDER_LOCK {
            LOCK;
            printf("%e: post %d, the goodbye\n", self, posts_end);
            stopping = true;
            broadcast(NULL);
            quiet = false;
            if
            :: awake
            :: !awake -> awake = true; write_wake_pipe()
            fi;
            UNLOCK
        };
        atomic { clients == 0 -> exited = true } /* 2 * END_MS shall not be needed */
#endif
    :: timeout -> /* or nothing happens any more */
        for (each : 0 .. CLIENTS - 1) {
            if
            :: client[each].in && person[each].must > 0 && !person[each].excused ->
                wrong("nothing happens any more, and %e has not got all", each)
            :: else
            fi
        }
    fi
}

/* ---- what is not in server.c ---- */

active [CLIENTS] proctype at_the_other_end()
{
    byte me = _pid - CLIENTS - 2, got;
end_away:
    do
    :: atomic { visits > 0 && !exited && !client[me].here -> /* start_client() */
            visits--; clients++;
            person[me].left = (me < TALKERS -> SAYS : 0);
#ifdef DEAF /* all but Ana may be */
            if :: me > 0 -> person[me].deaf = true :: true fi;
#endif
            person[me].excused = person[me].deaf;
            client[me].here = true };
end_there:
        do
        :: d_step { !person[me].deaf && nempty(wire[me]) -> /* in order, each once */
                wire[me]?got;
                printf("%e: gets post %d\n", name(me), got / LINE);
                if
                :: len(owed[me]) > 0 && owed[me]?[eval(got / LINE)] &&
                    got % LINE == person[me].part
                :: else -> wrong("%e gets something else than comes next", me)
                fi;
                person[me].part++;
                if
                :: person[me].part == LINE ->
                    owed[me]?_;
                    person[me].part = 0;
                    if :: person[me].must > 0 -> person[me].must-- :: else fi
                :: else
                fi;
                got = 0 }
        :: d_step { !person[me].deaf && empty(wire[me]) && (person[me].wr_off || person[me].closed) ->
            printf("%e: sees the end of the connection\n", name(me));
            if
            :: person[me].excused || person[me].must == 0
            :: else -> wrong("%e has not got all that was said before", me)
            fi;
            person[me].away = true }; break
        :: person[me].deaf && person[me].closed -> person[me].away = true; break
        :: atomic { person[me].left > 0 && !person[me].closed && nfull(typed[me]) ->
                person[me].left--;
                if :: typed[me]!SAY :: typed[me]!ASK fi }
        :: d_step { me < TALKERS && !person[me].eof -> /* Ctrl-D */
                printf("%e: has no more to say\n", name(me));
                person[me].eof = true; person[me].left = 0 }
#ifdef AWAY /* Ctrl-C */
        :: d_step { me < TALKERS -> person[me].excused = true; person[me].away = true }; break
#endif
        od;
        atomic { person[me].closed -> /* and all is as it was */
            drain(wire[me]); drain(owed[me]); drain(typed[me]);
            person[me].deaf = false; person[me].eof = false; person[me].away = false;
            person[me].rd_off = false; person[me].wr_off = false; person[me].closed = false;
            person[me].left = 0; person[me].part = 0; person[me].must = 0;
            person[me].excused = false }
    od
}

active proctype time()
{
end_time:
    do
    :: atomic { stopping && !over -> over = true }
#ifdef FAIR /* it goes on, whoever looks at it */
    :: atomic { client[0].late_since == 1 -> client[0].late_since = 2 }
    :: atomic { client[1].late_since == 1 -> client[1].late_since = 2 }
#endif
    od
}

#ifdef SPURIOUS /* pthread_cond_wait() may return for no reason */
active proctype chance()
{
end_chance:
    do
    :: !changed[0] -> changed[0] = true
    :: !changed[1] -> changed[1] = true
    od
}
#endif

ltl ends { [](stopping -> <>exited) }
ltl goes { [](client[1].dropped -> <>!client[1].here) }
ltl hears { []((person[0].must > 0) -> <>(person[0].must == 0 || person[0].excused)) }
ltl speaks { [](len(typed[0]) > 0 -> <>(len(typed[0]) == 0)) }
