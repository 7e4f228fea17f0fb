/*
 * Question: A connection is full. Does poll() find room in it when one byte is read? When all is?
 * Pergunta: Uma conexão está cheia. poll() acha espaço nela quando um byte é lido? E quando tudo é?
 * Usually: after 1 byte no, after all yes
 * Why: Room for a byte is not worth a packet: the receiver tells of it once it has more.
 * Por quê: Espaço para um byte não vale um pacote: o receptor só avisa quando tem mais.
 * See: RFC 9293 3.8.6.2.2, tcp(7)
 * Step: 09
 * Promised: no
 */
#include "fact.h"

#include <fcntl.h>
#include <sys/socket.h>

static char buf[1 << 16];

/* Whether there is room for more, now or in a moment. */
static const char *has_room(int fd)
{
    struct pollfd room = {.fd = fd, .events = POLLOUT};
    return must(poll(&room, 1, 200), "poll") == 1 ? "yes" : "no";
}

int main(void)
{
    struct pair pair = connected_pair();
    struct pollfd room = {.fd = pair.client, .events = POLLOUT};

    must(fcntl(pair.client, F_SETFL, O_NONBLOCK), "fcntl");
    while (poll(&room, 1, 50) == 1 &&
           send(pair.client, buf, sizeof buf, MSG_NOSIGNAL) > 0)
        continue; /* until neither side takes more */

    recv(pair.server, buf, 1, 0);
    const char *after_one = has_room(pair.client);
    while (recv(pair.server, buf, sizeof buf, MSG_DONTWAIT) > 0)
        continue;
    const char *after_all = has_room(pair.client);
    answer("after 1 byte %s, after all %s", after_one, after_all);
}
