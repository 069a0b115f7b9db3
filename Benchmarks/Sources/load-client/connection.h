// One connection: bytes that wait to be sent, bytes that have come, and the requests that are under way.
#pragma once
#include "options.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer {
    char *bytes;
    size_t capacity;
    size_t start;   // what lies before it is done with
    size_t end;
};

/// A request that was sent, or is about to be, and is not answered.
struct flight {
    uint64_t since;          // from when its latency counts
    uint32_t request;
    uint32_t answers_left;
    size_t checked;          // bytes of what is expected that have come
    bool is_error;
    bool is_wrong;
};

struct connection {
    int socket;
    uint32_t next_request;
    struct flight *flights;  // a ring of `depth`
    uint32_t first_flight;
    uint32_t flight_count;
    struct buffer out;
    struct buffer in;
    bool waits_to_write;
};

/// Connects; ends the process with a sentence if there is nobody.
void open_connection(struct connection *connection, const struct options *options);

/// Makes room for `count` more bytes at the end.
void reserve(struct buffer *buffer, size_t count);

/// Sends what fits; false if the server has closed.
bool send_waiting(struct connection *connection);

/// Receives once into `in`; false if the server has closed.
bool receive(struct connection *connection);
