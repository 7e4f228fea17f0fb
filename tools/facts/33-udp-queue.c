/*
 * Question: How many datagrams of 1 byte go into a UDP queue of 212,992 bytes, and of 1024?
 * Pergunta: Quantos datagramas de 1 byte cabem numa fila UDP de 212.992 bytes, e quantos de 1024?
 * Usually: 256, and 92
 * Why: Linux counts the memory that holds one: 832 bytes for 1, 2304 for 1024. The rest is lost.
 * Por quê: O Linux conta a memória de cada um: 832 bytes para 1, 2304 para 1024. O resto se perde.
 * See: socket(7) SO_RCVBUF, udp(7)
 * Step: 02
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>
#include <unistd.h>

/* How many of 1000 datagrams of that length are there when all are sent. */
static int waiting(size_t len)
{
    int fd = udp_to_itself();
    int half = 212992 / 2; /* Linux doubles it */
    char bytes[1024] = {0};
    int count = 0;

    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &half, sizeof half);
    for (int i = 0; i < 1000; i++)
        send(fd, bytes, len, 0);
    while (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) != -1)
        count++;
    close(fd);
    return count;
}

int main(void)
{
    int small = waiting(1);
    int large = waiting(1024);
    answer("%d, and %d", small, large);
}
