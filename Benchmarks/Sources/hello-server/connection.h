// One client of the hello server.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct answer {
    const char *bytes;
    size_t length;
};

struct connection {
    int socket;
    size_t matched;  // how many bytes of the blank line that ends a head have come
};

/// Receives once and answers each request that has come whole; false when the connection is done with.
bool serve(struct connection *connection, const struct answer *answer);
