#include "answers.h"
#include <string.h>

enum { MOST_LINE_BYTES = 64 * 1024 };

/// Reads `<digits>\r\n` or `-1\r\n` between `at` and `end`, where `end` is the line's `\n`.
static bool read_count(const char *at, const char *end, long long *value) {
    if (end - at == 3 && memcmp(at, "-1", 2) == 0) {
        *value = -1;
        return true;
    }
    *value = 0;
    if (end - at < 2 || end - at > 12) return false;
    for (; at < end - 1; at++) {
        if (*at < '0' || *at > '9') return false;
        *value = *value * 10 + (*at - '0');
    }
    return true;
}

enum progress read_resp_answer(const char *bytes, size_t count, struct answer *answer) {
    *answer = (struct answer){.content = bytes};
    size_t offset = 0;
    // Elements still to come: an array adds its own, so nesting needs no recursion.
    for (long long left = 1; left > 0; left--) {
        if (offset >= count) return ANSWER_PARTIAL;
        const char *line = bytes + offset;
        const char *end = memchr(line, '\n', count - offset);
        if (!end) return count - offset < MOST_LINE_BYTES ? ANSWER_PARTIAL : ANSWER_BROKEN;
        if (end == line || end[-1] != '\r') return ANSWER_BROKEN;
        offset = (size_t)(end + 1 - bytes);
        long long value = 0;
        switch (*line) {
        case '-':
            answer->is_error = true;
            break;
        case '+':
        case ':':
            break;
        case '$':
            if (!read_count(line + 1, end, &value)) return ANSWER_BROKEN;
            if (value >= 0) offset += (size_t)value + 2;
            if (offset > count) return ANSWER_PARTIAL;
            break;
        case '*':
            if (!read_count(line + 1, end, &value)) return ANSWER_BROKEN;
            if (value > 0) left += value;
            break;
        default:
            return ANSWER_BROKEN;
        }
    }
    answer->length = offset;
    answer->content_length = offset;
    return ANSWER_COMPLETE;
}
