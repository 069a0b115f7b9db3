#include "crc32c.h"
#include <string.h>

// The reflected Castagnoli polynomial, four bits at a time: 16 entries fit one cache line pair and need no start-up work.
static const uint32_t nibble_table[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

static uint32_t extend_portable(uint32_t crc, const uint8_t *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        crc = (crc >> 4) ^ nibble_table[crc & 15];
        crc = (crc >> 4) ^ nibble_table[crc & 15];
    }
    return crc;
}

uint32_t fstore_crc32c_portable(const void *first, size_t first_count, const void *second, size_t second_count) {
    return ~extend_portable(extend_portable(~0u, first, first_count), second, second_count);
}

#if defined(__x86_64__)

__attribute__((target("sse4.2")))
static inline uint32_t extend_sse42(uint32_t start, const uint8_t *bytes, size_t count) {
    uint64_t crc = start;
    // A value is three or four words long: what unrolling takes to set up costs more than it saves.
#pragma clang loop unroll(disable)
    for (; count >= 8; bytes += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        crc = __builtin_ia32_crc32di(crc, word);
    }
    uint32_t tail = (uint32_t)crc;
    if (count & 4) {
        uint32_t word;
        memcpy(&word, bytes, 4);
        tail = __builtin_ia32_crc32si(tail, word);
        bytes += 4;
    }
    if (count & 2) {
        uint16_t word;
        memcpy(&word, bytes, 2);
        tail = __builtin_ia32_crc32hi(tail, word);
        bytes += 2;
    }
    if (count & 1) tail = __builtin_ia32_crc32qi(tail, *bytes);
    return tail;
}

__attribute__((target("sse4.2")))
static uint32_t extend_both_sse42(
    uint32_t start, const void *first, size_t first_count, const void *second, size_t second_count) {
    return extend_sse42(extend_sse42(start, first, first_count), second, second_count);
}

static inline uint32_t extend_both(
    uint32_t start, const void *first, size_t first_count, const void *second, size_t second_count) {
    if (__builtin_expect(__builtin_cpu_supports("sse4.2"), 1))
        return extend_both_sse42(start, first, first_count, second, second_count);
    return extend_portable(extend_portable(start, first, first_count), second, second_count);
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)

#include <arm_acle.h>

static uint32_t extend_arm(uint32_t crc, const uint8_t *bytes, size_t count) {
    for (; count >= 8; bytes += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        crc = __crc32cd(crc, word);
    }
    for (; count > 0; bytes++, count--) crc = __crc32cb(crc, *bytes);
    return crc;
}

static inline uint32_t extend_both(
    uint32_t start, const void *first, size_t first_count, const void *second, size_t second_count) {
    return extend_arm(extend_arm(start, first, first_count), second, second_count);
}

#else

static inline uint32_t extend_both(
    uint32_t start, const void *first, size_t first_count, const void *second, size_t second_count) {
    return extend_portable(extend_portable(start, first, first_count), second, second_count);
}

#endif

uint32_t fstore_crc32c(const void *first, size_t first_count, const void *second, size_t second_count) {
    return ~extend_both(~0u, first, first_count, second, second_count);
}

uint32_t fstore_crc32c_state(const void *bytes, size_t count) {
    return extend_both(~0u, bytes, count, bytes, 0);
}

#if defined(__x86_64__)

__attribute__((noinline))
static uint32_t from_portable(uint32_t state, uint32_t word, const void *bytes, size_t count) {
    return ~extend_portable(extend_portable(state, (const uint8_t *)&word, sizeof word), bytes, count);
}

// Most rows are of a number: two times, a tag and eight bytes. They take no loop.
enum { number_row_count = 25 };

// One function instead of three: it is called for every row of a walk. The processor is asked before anything else.
__attribute__((target("sse4.2")))
uint32_t fstore_crc32c_from(uint32_t state, uint32_t word, const void *bytes, size_t count) {
    if (__builtin_expect(!__builtin_cpu_supports("sse4.2"), 0)) return from_portable(state, word, bytes, count);
    uint64_t crc = __builtin_ia32_crc32si(state, word);
    if (count != number_row_count) return ~extend_sse42((uint32_t)crc, bytes, count);
    uint64_t words[number_row_count / 8];
    memcpy(words, bytes, sizeof words);
    for (size_t i = 0; i < number_row_count / 8; i++) crc = __builtin_ia32_crc32di(crc, words[i]);
    return ~__builtin_ia32_crc32qi((uint32_t)crc, ((const uint8_t *)bytes)[sizeof words]);
}

#else

uint32_t fstore_crc32c_from(uint32_t state, uint32_t word, const void *bytes, size_t count) {
    return ~extend_both(state, &word, sizeof word, bytes, count);
}

#endif
