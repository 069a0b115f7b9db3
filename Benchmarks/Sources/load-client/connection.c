#include "connection.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 16 * 1024, CONNECT_SECONDS = 5 };

static void fail(const struct options *options, const char *why) {
    fprintf(stderr, "load-client: %s:%u: %s\n", options->host, options->port, why);
    exit(2);
}

void open_connection(struct connection *connection, const struct options *options) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options->port)};
    if (inet_pton(AF_INET, options->host, &address.sin_addr) != 1) fail(options, "is not an IPv4 address");
    connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->socket < 0) fail(options, strerror(errno));
    // Bounds connecting too; once it is non-blocking it has no effect.
    struct timeval limit = {.tv_sec = CONNECT_SECONDS};
    int yes = 1;
    setsockopt(connection->socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(connection->socket, (struct sockaddr *)&address, sizeof address) != 0) fail(options, strerror(errno));
    if (ioctl(connection->socket, FIONBIO, &yes) != 0) fail(options, strerror(errno));
    connection->flights = calloc(options->depth, sizeof *connection->flights);
    if (!connection->flights) fail(options, "no memory");
    reserve(&connection->in, FIRST_CAPACITY);
    reserve(&connection->out, FIRST_CAPACITY);
}

void reserve(struct buffer *buffer, size_t count) {
    if (buffer->start == buffer->end) buffer->start = buffer->end = 0;
    if (buffer->capacity - buffer->end >= count) return;
    size_t used = buffer->end - buffer->start;
    if (buffer->start > 0) memmove(buffer->bytes, buffer->bytes + buffer->start, used);
    buffer->start = 0;
    buffer->end = used;
    if (buffer->capacity - used >= count) return;
    size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
    while (capacity - used < count) capacity *= 2;
    buffer->bytes = realloc(buffer->bytes, capacity);
    if (!buffer->bytes) {
        fprintf(stderr, "load-client: no memory\n");
        exit(2);
    }
    buffer->capacity = capacity;
}

bool send_waiting(struct connection *connection) {
    struct buffer *out = &connection->out;
    while (out->start < out->end) {
        ssize_t sent = send(connection->socket, out->bytes + out->start, out->end - out->start, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return errno == EAGAIN;
        out->start += (size_t)sent;
    }
    return true;
}

bool receive(struct connection *connection) {
    struct buffer *in = &connection->in;
    if (in->start == in->end || in->end == in->capacity) reserve(in, in->capacity / 2);
    ssize_t count = recv(connection->socket, in->bytes + in->end, in->capacity - in->end, 0);
    if (count > 0) in->end += (size_t)count;
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}
