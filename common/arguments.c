/* arguments.c - the command line, and what is said to its user; see net.h. */
#include "net.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_PORT 5000

/* The program as it was typed, build/step3/server, and its last part. */
static const char *program = "", *name = "";

/* Keeps the program's name, and has each line of stdout leave at once. */
static void begin(const char *typed)
{
    const char *slash = strrchr(typed, '/');
    program = typed;
    name = slash == NULL ? typed : slash + 1;
    setvbuf(stdout, NULL, _IOLBF, 0); /* if not: lines come late, no more */
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

void die(const char *call, const char *object)
{
    int error = errno;
    fprintf(stderr, "%s: %s %s: %s\n%s\n", name, call, object, strerror(error),
            advice(call, error));
    exit(1);
}

void die_of_host(const char *host, int error)
{
    const char *next = "Check its spelling.";
    if (error == EAI_AGAIN)
        next = "No name server answers: check the network, or give an address.";
    fprintf(stderr, "%s: host %s: %s\n%s\n", name, host, gai_strerror(error),
            next);
    exit(1);
}

/* Prints what to type on another machine, given an address of this one. */
static void announce_abroad(const struct sockaddr *own, const char *port)
{
    char text[NAME_SIZE];
    format_address(own, text);
    if (strncmp(text, "127.", 4) == 0)
        return; /* which no other machine reaches */

    text[strcspn(text, ":")] = '\0';
    int folder = (int)(name - program);
    printf("From another machine: %.*sclient %s %s\n", folder, program, text,
           port);
}

void announce(const struct sockaddr *address)
{
    char text[NAME_SIZE];
    printf("Listening on %s\n", format_address(address, text));

    const char *port = strrchr(text, ':') + 1;
    bool any4 = strncmp(text, "0.0.0.0:", 8) == 0;
    bool any6 = strncmp(text, "[::]:", 5) == 0;
    struct ifaddrs *all = NULL;
    if ((any4 || any6) && getifaddrs(&all) == -1)
        return; /* then others have to find this machine's address */
    for (struct ifaddrs *own = all; own != NULL; own = own->ifa_next)
        if (own->ifa_addr != NULL && own->ifa_addr->sa_family == AF_INET)
            announce_abroad(own->ifa_addr, port);
    freeifaddrs(all);
}
