/*
 * Question: How many bytes has the largest datagram, and what does send() say of one more?
 * Pergunta: Quantos bytes tem o maior datagrama, e o que diz send() com um a mais?
 * Usually: 65507 bytes, then EMSGSIZE
 * Why: IPv4 counts a packet in 16 bits: 65535, less 20 for its own header and 8 for that of UDP.
 * Por quê: O IPv4 conta um pacote em 16 bits: 65535, menos 20 do próprio cabeçalho e 8 do de UDP.
 * See: RFC 791 3.1, RFC 768, udp(7)
 * Step: 02
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

int main(void)
{
    int fd = udp_to_itself();
    static char bytes[100000];
    size_t fits = 0, does_not = sizeof bytes;

    while (fits + 1 < does_not) {
        size_t len = (fits + does_not) / 2;
        if (send(fd, bytes, len, 0) == -1)
            does_not = len;
        else
            fits = len;
        recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    }
    const char *largest = said((ssize_t)fits);
    answer("%s, then %s", largest, said(send(fd, bytes, does_not, 0)));
}
