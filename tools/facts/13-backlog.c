/*
 * Question: A server calls listen() with 0, then with 1, then with 4. How many clients connect?
 * Pergunta: Um servidor chama listen() com 0, depois com 1 e com 4. Quantos clientes conectam?
 * Usually: 1, then 2, then 5
 * Why: Linux takes one more than it is told, and the last call of listen() counts.
 * Por quê: O Linux aceita um a mais do que lhe dizem, e vale a última chamada de listen().
 * See: listen(2), POSIX listen()
 * Step: 04
 * Promised: no
 */
#include "fact.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Connects clients until one is left outside. Returns how many came in. */
static int clients_of(int port)
{
    struct sockaddr_in to = loopback(port);

    for (int count = 0;; count++) {
        int client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
        must(fcntl(client, F_SETFL, O_NONBLOCK), "fcntl");
        connect(client, (struct sockaddr *)&to, sizeof to);
        struct pollfd there = {.fd = client, .events = POLLOUT};
        if (poll(&there, 1, 200) == 0 || there.revents != POLLOUT ||
            count == 200) {
            close(client);
            return count;
        }
    }
}

int main(void)
{
    int listener = bound_socket(SOCK_STREAM, 0);

    must(listen(listener, 0), "listen");
    int none = clients_of(port_of(listener));
    must(listen(listener, 1), "listen");
    int one = none + clients_of(port_of(listener));
    must(listen(listener, 4), "listen");
    int four = one + clients_of(port_of(listener));
    answer("%d, then %d, then %d", none, one, four);
}
