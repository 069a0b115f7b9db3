#pragma once

/// Asks the processor to fetch the cache line of `address`, which need not be one that may be read.
static inline void fstore_prefetch(const void *address) {
    __builtin_prefetch(address);
}
