// CRC-32C by the processor's instruction, inlined into its callers.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("sse4.2"))), apply_to = function)

static inline uint32_t crc32c_extend(uint32_t crc, const uint8_t *bytes, size_t count) {
    uint64_t wide = crc;
    for (; count >= 8; bytes += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    crc = (uint32_t)wide;
    if (count & 4) {
        uint32_t word;
        memcpy(&word, bytes, 4);
        crc = __builtin_ia32_crc32si(crc, word);
        bytes += 4;
    }
    if (count & 2) {
        uint16_t word;
        memcpy(&word, bytes, 2);
        crc = __builtin_ia32_crc32hi(crc, word);
        bytes += 2;
    }
    if (count & 1) crc = __builtin_ia32_crc32qi(crc, *bytes);
    return crc;
}

#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>

static inline uint32_t crc32c_extend(uint32_t crc, const uint8_t *bytes, size_t count) {
    for (; count >= 8; bytes += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        crc = __crc32cd(crc, word);
    }
    for (; count > 0; bytes++, count--) crc = __crc32cb(crc, *bytes);
    return crc;
}

#else
#error "the C side wants a processor with a CRC-32C instruction"
#endif

static inline uint32_t crc32c(const void *key, size_t key_bytes, const void *value, size_t value_bytes) {
    return ~crc32c_extend(crc32c_extend(~0u, key, key_bytes), value, value_bytes);
}

#if defined(__x86_64__)
#pragma clang attribute pop
#endif
