/*
 * Question: What does getaddrinfo() make of the addresses 127.1 and 010.0.0.1, and of port 99999?
 * Pergunta: O que getaddrinfo() faz dos endereços 127.1 e 010.0.0.1, e da porta 99999?
 * Usually: 127.0.0.1, 8.0.0.1, and port 34463
 * Why: It reads addresses as C reads numbers: 010 is 8. Of a port glibc keeps the lowest 16 bits.
 * Por quê: Lê endereços como C lê números: 010 é 8. De uma porta, a glibc guarda os 16 bits baixos.
 * See: POSIX getaddrinfo(), inet(3), getaddrinfo(3)
 * Step: 03
 * Promised: no
 */
#include "fact.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

/* Sets *found; returns whether getaddrinfo() took both texts as numbers. */
static bool find(const char *host, const char *port, struct sockaddr_in *found)
{
    struct addrinfo hints = {.ai_family = AF_INET,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *list;
    if (getaddrinfo(host, port, &hints, &list) != 0)
        return false;
    memcpy(found, list->ai_addr, sizeof *found);
    freeaddrinfo(list);
    return true;
}

int main(void)
{
    struct sockaddr_in found;
    char first[INET_ADDRSTRLEN] = "refused",
         second[INET_ADDRSTRLEN] = "refused";

    if (find("127.1", "80", &found))
        inet_ntop(AF_INET, &found.sin_addr, first, sizeof first);
    if (find("010.0.0.1", "80", &found))
        inet_ntop(AF_INET, &found.sin_addr, second, sizeof second);
    if (find("127.0.0.1", "99999", &found))
        answer("%s, %s, and port %d", first, second, ntohs(found.sin_port));
    else
        answer("%s, %s, and the port is refused", first, second);
}
