// The bytes of the tables `history` and `latest`, as docs/on-disk-format.md draws them.
#pragma once
#include "crc32c.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define TAG_FLOAT64 0x11
#define KEY_CAPACITY 288

static inline uint8_t *put_u32(uint8_t *at, uint32_t number) {
    number = __builtin_bswap32(number);
    memcpy(at, &number, 4);
    return at + 4;
}

/// Times are stored so that newer ones come first.
static inline uint8_t *put_inverted(uint8_t *at, int64_t time) {
    uint64_t inverted = __builtin_bswap64((uint64_t)INT64_MAX - (uint64_t)time);
    memcpy(at, &inverted, 8);
    return at + 8;
}

/// What the keys of one series of `history`, or of one entity in `latest`, share. Returns how many bytes.
static inline size_t put_prefix(uint8_t *key, uint32_t number, const char *entity, uint8_t entity_bytes) {
    uint8_t *at = put_u32(key, number);
    *at++ = entity_bytes;
    memcpy(at, entity, entity_bytes);
    return 5 + (size_t)entity_bytes;
}

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("sse4.2"))), apply_to = function)
#endif

/// Checks the checksum of an entry and reads the number whose tag stands at `tag_at`.
static inline bool read_number(
    const void *key, size_t key_bytes, const void *value, size_t value_bytes, size_t tag_at, double *number
) {
    const uint8_t *bytes = value;
    if (value_bytes != tag_at + 13) return false;
    uint32_t stored;
    memcpy(&stored, bytes + value_bytes - 4, 4);
    if (crc32c(key, key_bytes, value, value_bytes - 4) != stored) return false;
    if (bytes[tag_at] != TAG_FLOAT64) return false;
    memcpy(number, bytes + tag_at + 1, 8);
    return true;
}

#if defined(__x86_64__)
#pragma clang attribute pop
#endif
