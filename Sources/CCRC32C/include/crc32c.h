#pragma once
#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli, reflected, as in RFC 3720) of `first` followed by `second`.
/// Uses the processor's CRC instruction where there is one.
uint32_t fstore_crc32c(const void *first, size_t first_count, const void *second, size_t second_count);

/// What `fstore_crc32c_from` needs to go on behind `bytes`: for checksums over many texts with one beginning.
uint32_t fstore_crc32c_state(const void *bytes, size_t count);

/// CRC-32C of the bytes behind `state`, then the four bytes of `word` as they lie in memory, then `bytes`.
uint32_t fstore_crc32c_from(uint32_t state, uint32_t word, const void *bytes, size_t count);

/// The same from tables alone. For processors without the instruction, and for the test that holds both to each other.
uint32_t fstore_crc32c_portable(const void *first, size_t first_count, const void *second, size_t second_count);
