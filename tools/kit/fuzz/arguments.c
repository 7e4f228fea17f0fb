/*
 * The command lines of server and client. Input: 's' or 'c', then arguments,
 * each ended by a newline. What is taken is a port in its range and a host.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

static jmp_buf refused; /* what exit() does here */

static _Noreturn void fake_exit(int status)
{
    longjmp(refused, status);
}

#define exit fake_exit
#include "../../../common/arguments.c"
#undef exit

/* What a port is, said in another way; -1 for what is none. */
static long plain_port(const char *text)
{
    long value = 0;
    size_t len = strlen(text);
    if (len == 0 || len > 5)
        return -1;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value <= 65535 ? value : -1;
}

static bool is_host(const char *text)
{
    return text[0] != '\0' && text[0] != '-';
}

/* Cuts text into arguments, one a line, from argv[1] on. Returns argc. */
static int cut(char *text, char *argv[], int most)
{
    int argc = 1;
    for (char *at = text; *at != '\0' && argc < most; argc++) {
        argv[argc] = at;
        at += strcspn(at, "\n");
        if (*at != '\0')
            *at++ = '\0';
    }
    return argc;
}

/* Returns the status that the program exits with, or 0 and its endpoint. */
static int read_arguments(bool server, int argc, char *argv[],
                          struct endpoint *at)
{
    int status = setjmp(refused);
    if (status == 0)
        *at = server ? server_arguments(argc, argv)
                     : client_arguments(argc, argv);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char text[512], *argv[8] = {"build/step3/program"};
    if (len < 1 || len > sizeof text - 1)
        return 0;
    memcpy(text, data + 1, len - 1);
    text[len - 1] = '\0';
    const int argc = cut(text, argv, 7);
    bool server = data[0] == 's';
    const int port_at = server ? 1 : 2, host_at = server ? 2 : 1;
    const char *port = argc > port_at ? argv[port_at] : "5000";
    const char *host = argc > host_at ? argv[host_at] : "none";
    bool right =
        argc <= 3 && plain_port(port) >= (server ? 0 : 1) && is_host(host);
    struct endpoint at;
    int status = read_arguments(server, argc, argv, &at);
    if (status != (right ? 0 : 2))
        __builtin_trap();
    if (status != 0)
        return 0;
    if (at.port != plain_port(port))
        __builtin_trap();
    if (argc > host_at && strcmp(at.host, host) != 0)
        __builtin_trap();
    return 0;
}
