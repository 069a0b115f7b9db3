#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/// What one exchange asks and whom it tells. Every function gets `user` as its first argument.
struct fstore_exchange {
    const char *method;
    const char *url;
    /// `Name: value`, one behind the other; the last one is null.
    const char *const *headers;
    const uint8_t *body;
    size_t body_bytes;
    long timeout_milliseconds;
    void *user;
    /// Whether an address may be connected to: not 0.
    int (*allows)(void *user, const struct sockaddr *address);
    /// Takes bytes of the answer's body. 0 ends the exchange.
    int (*takes)(void *user, const uint8_t *bytes, size_t count);
    /// Takes a line of the answer's head.
    void (*header)(void *user, const uint8_t *bytes, size_t count);
    /// Whether to go on: not 0. Asked about once a second, and more often while bytes come.
    int (*goes_on)(void *user);
};

/// One exchange over HTTP or HTTPS, without redirects, proxies, cookies or files of the user.
///
/// Returns the status of the answer, or 0 and a sentence in `problem`. Of the problems, those that may pass by
/// themselves set `is_passing`.
long fstore_run_exchange(const struct fstore_exchange *exchange, char problem[256], int *is_passing);
