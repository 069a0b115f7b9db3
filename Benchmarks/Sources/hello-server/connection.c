#include "connection.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

enum { MOST_BYTES = 64 * 1024 };

/// How many heads end in these bytes; the last of them may go on with the next that come. Requests have no bodies here.
static size_t count_heads(struct connection *connection, const char *bytes, size_t count) {
    static const char blank_line[4] = "\r\n\r\n";
    size_t found = 0;
    for (size_t at = 0; at < count;) {
        // A head is mostly other bytes than those that end it.
        if (connection->matched == 0) {
            const char *next = memchr(bytes + at, '\r', count - at);
            if (!next) break;
            at = (size_t)(next - bytes);
        }
        if (bytes[at] == blank_line[connection->matched]) connection->matched++;
        else connection->matched = bytes[at] == '\r';
        at++;
        if (connection->matched < sizeof blank_line) continue;
        connection->matched = 0;
        found++;
    }
    return found;
}

/// Sends all of it, and waits where the client is slow to read: there is nothing else to do well here.
static bool send_all(int socket, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = socket, .events = POLLOUT};
            poll(&wait, 1, -1);
        } else if (sent < 0 && errno != EINTR) return false;
        else if (sent > 0) {
            bytes += sent;
            count -= (size_t)sent;
        }
    }
    return true;
}

bool serve(struct connection *connection, const struct answer *answer) {
    static char in[MOST_BYTES], out[MOST_BYTES];
    ssize_t count = recv(connection->socket, in, sizeof in, 0);
    if (count <= 0) return count < 0 && (errno == EAGAIN || errno == EINTR);
    size_t filled = 0;
    for (size_t heads = count_heads(connection, in, (size_t)count); heads > 0; heads--) {
        if (answer->length > sizeof out) {
            if (!send_all(connection->socket, answer->bytes, answer->length)) return false;
            continue;
        }
        // Answers to requests that came together leave together.
        if (sizeof out - filled < answer->length) {
            if (!send_all(connection->socket, out, filled)) return false;
            filled = 0;
        }
        memcpy(out + filled, answer->bytes, answer->length);
        filled += answer->length;
    }
    return send_all(connection->socket, out, filled);
}
