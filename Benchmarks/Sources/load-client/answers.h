// Where an answer ends and whether it is an error, in HTTP/1.1, in RESP and in PostgreSQL's protocol.
#pragma once
#include "options.h"
#include <stddef.h>

enum progress {
    ANSWER_COMPLETE,
    ANSWER_PARTIAL,  // more bytes are needed; `length` says how many in all, or 0 if that is not known yet
    ANSWER_BROKEN,   // not of the protocol, or of a part of it that this program does not speak
};

struct answer {
    size_t length;
    const char *content;    // the body in HTTP, the whole answer elsewhere
    size_t content_length;
    bool is_error;          // a status other than 2xx, or an error anywhere in the answer
};

typedef enum progress (*answer_reader)(const char *bytes, size_t count, struct answer *answer);

enum progress read_http_answer(const char *bytes, size_t count, struct answer *answer);
enum progress read_resp_answer(const char *bytes, size_t count, struct answer *answer);
enum progress read_postgresql_answer(const char *bytes, size_t count, struct answer *answer);
