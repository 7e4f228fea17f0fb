/*
 * Question: Without connect(), two sendto() go to a port of nobody. What do they and recv() return?
 * Pergunta: Sem connect(), dois sendto() vão a uma porta sem dono. O que devolvem eles e recv()?
 * Usually: 5 bytes, 5 bytes, then EAGAIN
 * Why: Linux tells a refusal after connect(), or IP_RECVERR; udp(7) says that it always does.
 * Por quê: O Linux informa a recusa após connect(), ou com IP_RECVERR; udp(7) diz que sempre.
 * See: udp(7), RFC 1122 4.1.3.3, ip(7) IP_RECVERR
 * Step: 02
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    int nobody = bound_socket(SOCK_DGRAM, 0);
    struct sockaddr_in to = loopback(port_of(nobody));
    int fd = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
    struct pollfd refused = {.fd = fd};
    char buf[100];

    close(nobody);
    const char *first =
        said(sendto(fd, "hello", 5, 0, (struct sockaddr *)&to, sizeof to));
    poll(&refused, 1, 200);
    const char *second =
        said(sendto(fd, "hello", 5, 0, (struct sockaddr *)&to, sizeof to));
    poll(&refused, 1, 200);
    const char *received = said(recv(fd, buf, sizeof buf, MSG_DONTWAIT));
    answer("%s, %s, then %s", first, second, received);
}
