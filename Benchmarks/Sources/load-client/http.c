#include "answers.h"
#include <string.h>
#include <strings.h>

enum { MOST_HEAD_BYTES = 64 * 1024, STATUS_LINE_BYTES = 12 };

static const char length_name[] = "content-length:";

/// The number in the header line, or -1.
static long long content_length(const char *line, const char *end) {
    const char *at = line + sizeof length_name - 1;
    while (at < end && (*at == ' ' || *at == '\t')) at++;
    long long value = at < end ? 0 : -1;
    for (; at < end; at++) {
        if (*at < '0' || *at > '9' || value > (1ll << 40)) return -1;
        value = value * 10 + (*at - '0');
    }
    return value;
}

enum progress read_http_answer(const char *bytes, size_t count, struct answer *answer) {
    answer->length = 0;
    const char *head_end = memmem(bytes, count < MOST_HEAD_BYTES ? count : MOST_HEAD_BYTES, "\r\n\r\n", 4);
    if (!head_end) return count < MOST_HEAD_BYTES ? ANSWER_PARTIAL : ANSWER_BROKEN;
    if (head_end - bytes < STATUS_LINE_BYTES || memcmp(bytes, "HTTP/1.", 7) != 0) return ANSWER_BROKEN;

    long long body = -1;
    const char *line = memchr(bytes, '\n', (size_t)(head_end - bytes));
    while (line && line < head_end) {
        line++;
        const char *end = memchr(line, '\r', (size_t)(head_end + 1 - line));
        bool is_length = end && end - line >= (long)sizeof length_name - 1 && (*line | 0x20) == 'c'
            && strncasecmp(line, length_name, sizeof length_name - 1) == 0;
        if (is_length) body = content_length(line, end);
        line = end ? end + 1 : NULL;
    }
    // No status without a body is asked for here, and nobody measures a chunked answer.
    if (body < 0) return ANSWER_BROKEN;

    answer->content = head_end + 4;
    answer->content_length = (size_t)body;
    answer->is_error = bytes[9] != '2';
    answer->length = (size_t)(answer->content - bytes) + (size_t)body;
    return answer->length <= count ? ANSWER_COMPLETE : ANSWER_PARTIAL;
}
