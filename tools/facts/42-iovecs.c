/*
 * Question: What do writev() and sendmsg() return for 1024 parts of a byte each, and for 1025?
 * Pergunta: O que devolvem writev() e sendmsg() com 1024 partes de um byte cada, e com 1025?
 * Usually: writev() 1024 bytes, then EINVAL; sendmsg() 1024 bytes, then EMSGSIZE
 * Why: IOV_MAX is 1024. One part more is an error, not a short count, under two names.
 * Por quê: IOV_MAX é 1024. Uma parte a mais é erro, não uma contagem menor, com dois nomes.
 * See: POSIX writev() and sendmsg()
 * Step: 11
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>
#include <sys/uio.h>

int main(void)
{
    struct pair pair = connected_pair();
    static struct iovec parts[1025];
    struct msghdr message = {.msg_iov = parts};
    char letter = 'x';

    for (int i = 0; i < 1025; i++)
        parts[i] = (struct iovec){.iov_base = &letter, .iov_len = 1};

    const char *written = said(writev(pair.client, parts, 1024));
    const char *unwritten = said(writev(pair.client, parts, 1025));
    message.msg_iovlen = 1024;
    const char *sent = said(sendmsg(pair.client, &message, 0));
    message.msg_iovlen = 1025;
    const char *unsent = said(sendmsg(pair.client, &message, 0));
    answer("writev() %s, then %s; sendmsg() %s, then %s", written, unwritten,
           sent, unsent);
}
