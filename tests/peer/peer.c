/*
 * peer: a scripted socket peer for testing small chat servers and clients.
 *
 * Usage: peer [HOST PORT] < SCRIPT. It runs one command per line of the script
 * and exits 0 if all went as scripted, 1 if the program under test failed, 2 if
 * peer or its script is in trouble. No wait lasts longer than 5 s without any
 * progress, no script longer than 60 s; TIMEOUT_SCALE in the environment
 * multiplies both.
 *
 * Words are split at blanks; "quoted ones" know \n \r \t \e \0 \\ \" \xHH.
 *   open NAME...                connect over TCP
 *   narrow NAME...              the same, with little room for what comes
 *   crowd NAME COUNT            open NAME1 to NAMECOUNT
 *   datagram NAME               a UDP socket; bytes takes one whole datagram
 *   mailbox NAME                a UDP socket on 127.0.0.1; prints its port and
 *                               answers whoever writes to it first
 *   apart NAME MS               its last two datagrams came so far apart, or
 *                               more
 *   within NAME MS              once two of its datagrams came so close, or
 *                               closer
 *   listen NAME [PORT]          listen on 127.0.0.1 and print the port
 *   accept NAME LISTENER        take one connection
 *   send NAME BYTES [TIMES]     send in as few segments as possible
 *   trickle NAME BYTES          send byte by byte
 *   line NAME TEXT              the next line is TEXT
 *   match NAME GLOB             the next line matches
 *   until NAME GLOB             drop lines until one matches
 *   bytes NAME BYTES [TIMES]    the next bytes are BYTES
 *   eof NAME                    the stream ends here, in an orderly way
 *   gone NAME                   drop everything until the connection ends
 *   dump NAME                   the same, but write it to standard output
 *   shut NAME                   half-close
 *   close|abort NAME...         close, or reset
 *   closeall|abortall NAME N    the same for a crowd
 *   storm N close|abort [BYTES] connect, send and close or reset, N times
 *   flood COUNT SIZE SENDER... > RECEIVER...   all lines must arrive in order
 *   stall COUNT SIZE SENDER... > RECEIVER...   traffic must halt for 1 s
 *   babble NAME COUNT LINE      a crowd says it again and again, to its end
 *   sip NAME                    read 40 kB/s, to the end
 *   array NAME WORD...          send an array of bulk strings, as Redis does
 *   drip NAME WORD...           the same, byte by byte
 *   asked NAME GLOB...          the next such array matches, word by word
 *   publish NAME TO CHANNEL GLOB   the next is PUBLISH, and TO gets the message
 *   frames NAME COUNT           to the end there are whole frames of WebSocket,
 *                               so many of them pongs, and a close frame last
 *   at PORT                     open connects there from now on, on 127.0.0.1
 *   stopwatch                   begins to run
 *   took LEAST MOST             it has run so many ms; TIMEOUT_SCALE stretches
 *                               the time between the two
 *   shell COMMAND               must exit with status 0
 *   say TEXT                    print it
 */
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs a command of the shell, which must succeed. */
static void run_shell(struct bytes *words)
{
    int status = system(words[1].data);
    if (status == -1)
        tool_error("cannot run a shell: %s", strerror(errno));
    if (status == 0)
        return;
    show_command();
    give_up("The command ended with exit status %d.",
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* Has what is opened from now on connect to another port. */
static void run_at(struct bytes *words)
{
    number(&words[1], 1, 65535);
    set_address("127.0.0.1", words[1].data);
    other_side = "server";
}

static long long started_at; /* the stopwatch */

/* Starts the stopwatch. */
static void run_stopwatch(struct bytes *words)
{
    (void)words;
    started_at = now();
}

/* Checks how long the stopwatch has run; a slow machine may be later. */
static void run_took(struct bytes *words)
{
    long long ran = now() - started_at;
    long long least = (long long)number(&words[1], 0, 60000);
    size_t span = number(&words[2], (size_t)least, 60000) - (size_t)least;
    double most = (double)least + scale * (double)span;
    if (ran >= least && (double)ran <= most)
        return;
    show_command();
    give_up("It took %lld ms, not %lld to %g.", ran, least, most);
}

/* Prints a text. */
static void run_say(struct bytes *words)
{
    fwrite(words[1].data, 1, words[1].length, stdout);
    putchar('\n');
    fflush(stdout);
}

static const struct command {
    const char *name;
    void (*run)(struct bytes *words); /* a word without data ends them */
    size_t least, most;               /* words, the name included */
} commands[] = {
    /* of streams.c */
    {"open", run_open, 2, MAX_WORDS},
    {"narrow", run_open, 2, MAX_WORDS},
    {"listen", run_listen, 2, 3},
    {"accept", run_accept, 3, 3},
    {"send", run_send, 3, 4},
    {"trickle", run_send, 3, 3},
    {"line", run_line, 3, 3},
    {"match", run_line, 3, 3},
    {"until", run_until, 3, 3},
    {"bytes", run_bytes, 3, 4},
    {"eof", run_eof, 2, 2},
    {"gone", run_gone, 2, 2},
    {"dump", run_gone, 2, 2},
    {"shut", run_close, 2, 2},
    {"close", run_close, 2, MAX_WORDS},
    {"abort", run_close, 2, MAX_WORDS},
    /* of datagrams.c */
    {"datagram", run_datagram, 2, 2},
    {"mailbox", run_mailbox, 2, 2},
    {"apart", run_apart, 3, 3},
    {"within", run_within, 3, 3},
    /* of floods.c */
    {"crowd", run_crowd, 3, 3},
    {"closeall", run_crowd, 3, 3},
    {"abortall", run_crowd, 3, 3},
    {"storm", run_storm, 3, 4},
    {"flood", run_flood, 6, MAX_WORDS},
    {"stall", run_flood, 6, MAX_WORDS},
    /* of talkers.c */
    {"babble", run_babble, 4, 4},
    {"sip", run_sip, 2, 2},
    /* of resp.c */
    {"array", run_array, 3, MAX_WORDS},
    {"drip", run_array, 3, MAX_WORDS},
    {"asked", run_asked, 3, MAX_WORDS},
    {"publish", run_publish, 5, 5},
    /* of frames.c */
    {"frames", run_frames, 3, 3},
    /* of this file */
    {"at", run_at, 2, 2},
    {"stopwatch", run_stopwatch, 1, 1},
    {"took", run_took, 3, 3},
    {"shell", run_shell, 2, 2},
    {"say", run_say, 2, 2},
};

/* Returns the command that a word names. */
static const struct command *command_of(const struct bytes *word)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (is(word, commands[i].name))
            return &commands[i];
    }
    tool_error("there is no command %s", word->data);
}

/* Runs one line of the script. */
static void run_script_line(char *line)
{
    struct bytes words[MAX_WORDS + 1];
    size_t count = split(line, words);
    const struct command *found = command_of(&words[0]);
    if (count < found->least || count > found->most)
        tool_error("%s with a wrong number of words", found->name);
    found->run(words);
}

/* Runs all lines of a script, but for comments and empty ones. */
static void run_script(FILE *script)
{
    char *line = NULL;
    size_t size = 0;
    for (unsigned long n = 1; getline(&line, &size, script) != -1; n++) {
        line[strcspn(line, "\n")] = '\0';
        char *start = line + strspn(line, " \t");
        if (*start == '\0' || *start == '#')
            continue;
        begin_line(n, start);
        run_script_line(start);
        begin_line(0, "");
    }
    free(line);
}

/* Does nothing, so that a broken pipe is no more than an error of send(). */
static void on_broken_pipe(int signal_number)
{
    (void)signal_number;
}

/* Sets the descriptor limit, SIGPIPE and the limits of time. */
static void set_up(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        /* macOS does not take an infinite limit. */
        if (setrlimit(RLIMIT_NOFILE, &limit) == -1) {
            limit.rlim_cur = 10240;
            setrlimit(RLIMIT_NOFILE, &limit);
        }
    }
    /* Unlike SIG_IGN, a handler is not inherited by the commands of shell. */
    struct sigaction action = {.sa_handler = on_broken_pipe};
    sigaction(SIGPIPE, &action, NULL);
    const char *factor = getenv("TIMEOUT_SCALE");
    if (factor != NULL)
        scale = strtod(factor, NULL);
    if (!(scale > 0 && scale <= 10000))
        tool_error("TIMEOUT_SCALE is not a positive number");
    patience *= scale;
    halt *= scale;
    limit_run(12 * patience);
}

/* Runs the script from standard input. */
int main(int argc, char **argv)
{
    if (argc != 1 && argc != 3) {
        fputs("Usage: peer [HOST PORT] < SCRIPT\n", stderr);
        return 2;
    }
    set_up();
    if (argc == 3) {
        set_address(argv[1], argv[2]);
        other_side = "server";
    }
    /* The commands of shell must not read the script. */
    int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    FILE *script = fd == -1 ? NULL : fdopen(fd, "r");
    if (script == NULL || freopen("/dev/null", "r", stdin) == NULL)
        tool_error("cannot read the script: %s", strerror(errno));
    run_script(script);
    return 0;
}
