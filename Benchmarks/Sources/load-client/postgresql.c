#include "answers.h"
#include <stdint.h>

enum { HEAD_BYTES = 5, MOST_MESSAGE_BYTES = 1 << 30 };

/// An answer is every message up to "ready for query".
enum progress read_postgresql_answer(const char *bytes, size_t count, struct answer *answer) {
    *answer = (struct answer){.content = bytes};
    size_t offset = 0;
    while (count - offset >= HEAD_BYTES) {
        const unsigned char *head = (const unsigned char *)bytes + offset;
        // The length counts itself but not the letter before it.
        uint32_t length = (uint32_t)head[1] << 24 | (uint32_t)head[2] << 16 | (uint32_t)head[3] << 8 | head[4];
        if (head[0] < '0' || head[0] > 'z' || length < 4 || length > MOST_MESSAGE_BYTES) return ANSWER_BROKEN;
        if (head[0] == 'E') answer->is_error = true;
        offset += length + 1;
        if (offset > count) break;
        if (head[0] != 'Z') continue;
        answer->length = answer->content_length = offset;
        return ANSWER_COMPLETE;
    }
    return ANSWER_PARTIAL;
}
