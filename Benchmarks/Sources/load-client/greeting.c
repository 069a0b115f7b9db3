#include "greeting.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MILLISECONDS = 10000, SHOWN_BYTES = 300 };

static void fail(const char *why, const char *bytes, size_t count) {
    fprintf(stderr, "load-client: the greeting: %s: ", why);
    // Errors of PostgreSQL have zeros between their parts.
    for (size_t i = 0; i < count && i < SHOWN_BYTES; i++) fputc(bytes[i] ? bytes[i] : ' ', stderr);
    fputc('\n', stderr);
    exit(1);
}

static void wait_for(const struct connection *connection, short event) {
    struct pollfd waiting = {.fd = connection->socket, .events = event};
    if (poll(&waiting, 1, ANSWER_MILLISECONDS) != 1) fail("no answer", NULL, 0);
}

static void await_answer(struct connection *connection, answer_reader read_answer) {
    struct buffer *in = &connection->in;
    while (true) {
        const char *bytes = in->bytes + in->start;
        struct answer answer;
        enum progress progress = ANSWER_PARTIAL;
        if (in->start < in->end) progress = read_answer(bytes, in->end - in->start, &answer);
        if (progress == ANSWER_BROKEN || (progress == ANSWER_COMPLETE && answer.is_error))
            fail("an error", bytes, in->end - in->start);
        if (progress == ANSWER_COMPLETE) {
            in->start += answer.length;
            return;
        }
        wait_for(connection, POLLIN);
        if (!receive(connection)) fail("the server has closed a connection", NULL, 0);
    }
}

void greet(struct connection *connection, const struct requests *greeting, answer_reader read_answer) {
    for (uint32_t i = 0; i < greeting->count; i++) {
        const struct request *request = &greeting->all[i];
        reserve(&connection->out, request->length);
        memcpy(connection->out.bytes + connection->out.end, request->bytes, request->length);
        connection->out.end += request->length;
        if (!send_waiting(connection)) fail("the server has closed a connection", NULL, 0);
        while (connection->out.start < connection->out.end) {
            wait_for(connection, POLLOUT);
            if (!send_waiting(connection)) fail("the server has closed a connection", NULL, 0);
        }
        for (uint32_t answers = 0; answers < request->answers; answers++) await_answer(connection, read_answer);
    }
}
