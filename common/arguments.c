/* arguments.c - the command line, and how a program begins; see net.h. */
#include "net.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_PORT 5000

const char *program = "";

/* Opens stdin, stdout and stderr on /dev/null where they are closed. */
static void open_standard_streams(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR); /* the lowest number that is free */
    while (fd != -1 && fd <= STDERR_FILENO);
    if (fd != -1)
        close(fd);
}

/* Does what a program must have done before all else. */
static void begin(const char *typed)
{
    program = typed;
    open_standard_streams();
    setvbuf(stdout, NULL, _IOLBF, 0); /* if not: lines come late, no more */
    /* What a letter is: of any script, or of ASCII if neither is known. */
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        setlocale(LC_CTYPE, "en_US.UTF-8");
}

/* Returns the port that text names, or -1: it is none from 0 to 65535. */
static int parse_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 5 || text[digits] != '\0')
        return -1;

    int port = atoi(text);
    return port <= 65535 ? port : -1;
}

/* Whether text may be a host: not empty, and no option. */
static bool may_be_host(const char *text)
{
    return text[0] != '\0' && text[0] != '-';
}

/* Says what the arguments must be, and ends the program. */
static _Noreturn void refuse(const char *usage)
{
    fprintf(stderr, "usage: %s\n", usage);
    exit(2);
}

struct endpoint server_arguments(int argc, char *argv[])
{
    begin(argv[0]);
    int port = argc > 1 ? parse_port(argv[1]) : DEFAULT_PORT;
    const char *host = argc > 2 ? argv[2] : NULL;

    if (argc > 3 || port == -1 || (host != NULL && !may_be_host(host)))
        refuse("server [PORT [ADDRESS]], PORT 0 to 65535");
    return (struct endpoint){.host = host, .port = (uint16_t)port};
}

struct endpoint client_arguments(int argc, char *argv[])
{
    begin(argv[0]);
    const char *host = argc > 1 ? argv[1] : "127.0.0.1";
    int port = argc > 2 ? parse_port(argv[2]) : DEFAULT_PORT;

    if (argc > 3 || port < 1 || !may_be_host(host))
        refuse("client [HOST [PORT]], PORT 1 to 65535");
    return (struct endpoint){.host = host, .port = (uint16_t)port};
}
