#include <zlib.h>

// zlib begins a stream with macros, which Swift does not see. 16 more bits of window mean gzip, and nothing else.

static inline int fstore_begin_inflate(z_streamp stream) { return inflateInit2(stream, 15 + 16); }

static inline int fstore_begin_deflate(z_streamp stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
