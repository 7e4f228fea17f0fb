/*
 * witness: stands before OpenSSL, and tells ThreadSanitizer that each call on
 * an SSL object changes it. libssl was built without -fsanitize=thread, so what
 * it does to its memory is not seen: that two threads are in it at once would
 * be noticed only where it happens to call memcpy() or free().
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <openssl/ssl.h>

void __tsan_write8(void *address);

#define WATCHED(type, name, parameters, ...)                                   \
    type name parameters                                                       \
    {                                                                          \
        type(*real) parameters;                                                \
        *(void **)&real = dlsym(RTLD_NEXT, #name);                             \
        __tsan_write8((void *)ssl);                                            \
        return real(__VA_ARGS__);                                              \
    }

WATCHED(int, SSL_read, (SSL * ssl, void *bytes, int len), ssl, bytes, len)
WATCHED(int, SSL_read_ex, (SSL * ssl, void *bytes, size_t len, size_t *done),
        ssl, bytes, len, done)
WATCHED(int, SSL_peek, (SSL * ssl, void *bytes, int len), ssl, bytes, len)
WATCHED(int, SSL_write, (SSL * ssl, const void *bytes, int len), ssl, bytes,
        len)
WATCHED(int, SSL_write_ex,
        (SSL * ssl, const void *bytes, size_t len, size_t *done), ssl, bytes,
        len, done)
WATCHED(int, SSL_shutdown, (SSL * ssl), ssl)
WATCHED(int, SSL_accept, (SSL * ssl), ssl)
WATCHED(int, SSL_connect, (SSL * ssl), ssl)
WATCHED(int, SSL_do_handshake, (SSL * ssl), ssl)
WATCHED(int, SSL_get_error, (const SSL *ssl, int result), ssl, result)
WATCHED(int, SSL_get_shutdown, (const SSL *ssl), ssl)
WATCHED(int, SSL_pending, (const SSL *ssl), ssl)
