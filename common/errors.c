/* errors.c - what went wrong, and what to try; see net.h. */
#include "net.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What to try after an error: any call where none is named, any error at 0. */
static const struct {
    const char *call;
    int error;
    const char *next;
} known[] = {
    {"bind", EACCES, "That port is reserved: try another, such as 5001."},
    {"bind", EADDRNOTAVAIL,
     "That is no address of this machine: see make lan."},
    {"write", EPIPE, "Nobody reads the output any more: run it anew."},
    {"write", ENOSPC, "There is no room for the output: write it elsewhere."},
    {"read", EISDIR, "That is a folder: give it a file, or type."},
    {NULL, EADDRINUSE, "The port is taken: try another, such as 5001."},
    {NULL, ECONNREFUSED,
     "No server listens there: start it, check HOST and PORT."},
    {NULL, EMSGSIZE, "That is too long for one datagram: send less."},
    {NULL, EMFILE, "Too many files are open: close some, or see ulimit -n."},
    {"pthread_create", EAGAIN, "Too many threads run: end some programs."},
    {"read", 0, "Check where its input comes from."},
    {"write", 0, "Check where its output goes."},
};

const char *advice(const char *call, int error)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        bool any_call = known[i].call == NULL;
        bool any_error = known[i].error == 0;
        if ((any_call || strcmp(known[i].call, call) == 0) &&
            (any_error || known[i].error == error))
            return known[i].next;
    }
    return "Check the address, the network and the firewall.";
}

/* Returns the program's name: server of build/step3/server. */
static const char *program_name(void)
{
    const char *slash = strrchr(program, '/');
    return slash == NULL ? program : slash + 1;
}

void die(const char *call, const char *object)
{
    int error = errno;
    fprintf(stderr, "%s: %s %s: %s\n%s\n", program_name(), call, object,
            strerror(error), advice(call, error));
    exit(1);
}

void die_of_host(const char *host, int error)
{
    const char *next = "Check its spelling.";
    if (error == EAI_AGAIN)
        next = "No name server answers: check the network, or give an address.";
    fprintf(stderr, "%s: host %s: %s\n%s\n", program_name(), host,
            gai_strerror(error), next);
    exit(1);
}
