#include "requests.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD_BYTES = 12 };

static void refuse(const char *path, const char *why) {
    fprintf(stderr, "load-client: %s: %s\n", path, why);
    exit(2);
}

/// Reads the record at `offset` and returns the offset of the next one, or 0 if the record is cut.
static size_t read_record(const char *bytes, size_t offset, size_t size, struct request *request) {
    uint32_t head[3];
    if (size - offset < HEAD_BYTES) return 0;
    memcpy(head, bytes + offset, HEAD_BYTES);
    size_t rest = size - offset - HEAD_BYTES;
    if (head[0] == 0 || head[1] == 0 || head[0] > rest || head[2] > rest - head[0]) return 0;
    const char *start = bytes + offset + HEAD_BYTES;
    *request = (struct request){
        .bytes = start,
        .expected = start + head[0],
        .length = head[0],
        .answers = head[1],
        .expected_length = head[2],
    };
    return offset + HEAD_BYTES + head[0] + head[2];
}

struct requests open_requests(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) refuse(path, "cannot be read");
    size_t size = (size_t)status.st_size;
    if (size == 0) refuse(path, "has no requests");
    const char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (bytes == MAP_FAILED) refuse(path, "cannot be mapped");
    close(file);
    struct requests requests = {0};
    struct request request;
    // Once to count, once to keep.
    for (size_t offset = 0; offset < size; requests.count++) {
        offset = read_record(bytes, offset, size, &request);
        if (offset == 0) refuse(path, "has a record that is cut or empty");
    }
    requests.all = calloc(requests.count, sizeof *requests.all);
    if (!requests.all) refuse(path, "has more requests than there is memory for");
    size_t offset = 0;
    for (uint32_t i = 0; i < requests.count; i++) offset = read_record(bytes, offset, size, &requests.all[i]);
    return requests;
}
