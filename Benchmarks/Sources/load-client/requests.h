// Prepared requests, so that making them costs nothing while the clock runs and both protocols cost the same.
//
// The file is a sequence of records, integers little-endian:
//
//     u32 length of the request | u32 number of answers | u32 length of what is expected | request | expected
//
// A request may be several commands in one; it is answered when the last of its answers is there. What is expected is
// compared with the content of the answers one after another: the body in HTTP, the whole answer elsewhere. A length of
// zero leaves the content unchecked.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct request {
    const char *bytes;
    const char *expected;
    uint32_t length;
    uint32_t answers;
    uint32_t expected_length;
};

struct requests {
    struct request *all;
    uint32_t count;
};

/// Maps the file; ends the process with a sentence if it is not as above.
struct requests open_requests(const char *path);
