// Stands between a program and the system (LD_PRELOAD) for the calls that change one file, the values file of a store.
//
// It can do two things, each switched on by an environment variable:
//
//   FSTORE_TRACE=FILE      writes down every change of the file with its bytes, every barrier, and every line that the
//                          program prints (its ledger), in the order in which they happened. See "The trace" below.
//   FSTORE_FAULT=N:WHAT    lets the N-th call fail. WHAT is eio, enospc or short (half of the bytes are written), or
//                          late (the call does its work, then says EIO); with a `+` behind it, all calls after the
//                          N-th fail too.
//   FSTORE_FAULT_COUNT=FILE   where the number of calls seen so far is kept, so that a run without a fault tells how
//                          many there are to try.
//
// The trace is a sequence of records: kind (1 byte), offset (u64 LE), length (u64 LE), then for W, P and O the bytes.
//
//   W  bytes were written at the offset           S  the same write has reached the disk by itself (O_DSYNC, O_SYNC)
//   B  everything written before is on the disk   T  the file was cut or grown to the offset
//   C  the file was made (O_CREAT, was not there) D  its directory was brought to the disk
//   L  it has become visible under its name       P  a line of the program's own output
//
// A write is noted before it happens and a barrier after: what lies between is what a power cut may lose.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_DESCRIPTORS 4096
#define NAME "values.mdb"

enum { IS_DATA = 1, IS_SYNCHRONOUS = 2, IS_DIRECTORY = 4 };
static unsigned char descriptors[MAX_DESCRIPTORS];

static pthread_mutex_t trace_lock = PTHREAD_MUTEX_INITIALIZER;
static int trace = -1;
static long fault_at;
static int fault_goes_on;
static char fault_kind;
static long calls;
static int count_file = -1;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_msync)(void *, size_t, int);
static int (*real_rename)(const char *, const char *);
static int (*real_link)(const char *, const char *);

__attribute__((constructor)) static void begin(void) {
    real_open = dlsym(RTLD_NEXT, "open");
    real_close = dlsym(RTLD_NEXT, "close");
    real_write = dlsym(RTLD_NEXT, "write");
    real_writev = dlsym(RTLD_NEXT, "writev");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite");
    real_pwritev = dlsym(RTLD_NEXT, "pwritev");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate");
    real_msync = dlsym(RTLD_NEXT, "msync");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_link = dlsym(RTLD_NEXT, "link");
    const char *path = getenv("FSTORE_TRACE");
    if (path) trace = real_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    path = getenv("FSTORE_FAULT_COUNT");
    if (path) count_file = real_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const char *fault = getenv("FSTORE_FAULT");
    const char *colon = fault ? strchr(fault, ':') : NULL;
    if (colon) {
        fault_at = strtol(fault, NULL, 10);
        fault_kind = strncmp(colon + 1, "enospc", 6) == 0 ? 'n' : colon[1];
        fault_goes_on = strchr(colon, '+') != NULL;
    }
}

// The trace.

static void put(const void *bytes, size_t count) {
    const char *next = bytes;
    while (count > 0) {
        ssize_t done = syscall(SYS_write, trace, next, count);
        if (done <= 0) abort();
        next += done;
        count -= (size_t)done;
    }
}

static void note(char kind, uint64_t offset, const struct iovec *parts, int count) {
    if (trace < 0) return;
    uint64_t length = 0;
    for (int i = 0; i < count; i++) length += parts[i].iov_len;
    char head[17];
    head[0] = kind;
    memcpy(head + 1, &offset, 8);
    memcpy(head + 9, &length, 8);
    pthread_mutex_lock(&trace_lock);
    put(head, sizeof head);
    for (int i = 0; i < count; i++) put(parts[i].iov_base, parts[i].iov_len);
    pthread_mutex_unlock(&trace_lock);
}

// The faults. Returns the errno to fail with, 0 to go on, -1 for a short write, -2 to fail after the work.

static int next_fault(int is_write) {
    long number = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    if (count_file >= 0) {
        char text[24];
        int length = snprintf(text, sizeof text, "%20ld\n", number);
        (void)!syscall(SYS_pwrite64, count_file, text, length, 0L);
    }
    if (fault_at == 0 || number < fault_at || (number > fault_at && !fault_goes_on)) return 0;
    switch (fault_kind) {
    case 's': return is_write ? -1 : EIO;
    case 'l': return -2;
    case 'n': return ENOSPC;
    default: return EIO;
    }
}

static int fail(int code) {
    errno = code;
    return -1;
}

// The calls.

static int is(int descriptor, int what) {
    return descriptor >= 0 && descriptor < MAX_DESCRIPTORS && (descriptors[descriptor] & what) == what;
}

static int names_store(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    // The file may be made under a name of its own first; the table of readers is not ours.
    return strncmp(name, NAME, strlen(NAME)) == 0 && strstr(name, "-lock") == NULL;
}

static int opened(const char *path, int flags, int existed, int descriptor) {
    if (descriptor < 0 || descriptor >= MAX_DESCRIPTORS) return descriptor;
    unsigned char what = 0;
    if (flags & O_DIRECTORY) what = IS_DIRECTORY;
    else if (names_store(path)) {
        what = IS_DATA;
        // O_SYNC contains the bit of O_DSYNC.
        if (flags & O_DSYNC) what |= IS_SYNCHRONOUS;
        if ((flags & O_CREAT) && !existed) note('C', 0, NULL, 0);
        if ((flags & O_CREAT) && !existed && strcmp(strrchr(path, '/') + 1, NAME) == 0) note('L', 0, NULL, 0);
    }
    descriptors[descriptor] = what;
    return descriptor;
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    struct stat status;
    int existed = (flags & O_CREAT) && stat(path, &status) == 0;
    return opened(path, flags, existed, real_open(path, flags, mode));
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return open(path, flags, mode);
}

int close(int descriptor) {
    if (descriptor >= 0 && descriptor < MAX_DESCRIPTORS) descriptors[descriptor] = 0;
    return real_close(descriptor);
}

static int become_visible(int result, const char *to) {
    const char *slash = strrchr(to, '/');
    if (result == 0 && strcmp(slash ? slash + 1 : to, NAME) == 0) note('L', 0, NULL, 0);
    return result;
}

int rename(const char *from, const char *to) { return become_visible(real_rename(from, to), to); }
int link(const char *from, const char *to) { return become_visible(real_link(from, to), to); }

// One write, however it came.
static ssize_t change(int descriptor, const struct iovec *parts, int count, off_t offset, int is_at_place) {
    int fault = next_fault(1);
    if (fault > 0) return fail(fault);
    struct iovec half;
    if (fault == -1) {
        half = parts[0];
        half.iov_len = count > 1 ? half.iov_len : half.iov_len / 2;
        parts = &half;
        count = 1;
    }
    note('W', (uint64_t)offset, parts, count);
    ssize_t done = is_at_place ? real_pwritev(descriptor, parts, count, offset) : real_writev(descriptor, parts, count);
    if (done >= 0 && is(descriptor, IS_SYNCHRONOUS)) note('S', (uint64_t)offset, NULL, 0);
    return fault == -2 ? fail(EIO) : done;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    if (!is(descriptor, IS_DATA)) return real_pwrite(descriptor, bytes, count, offset);
    struct iovec part = {(void *)bytes, count};
    return change(descriptor, &part, 1, offset, 1);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off_t offset) {
    return pwrite(descriptor, bytes, count, offset);
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    if (!is(descriptor, IS_DATA)) return real_pwritev(descriptor, parts, count, offset);
    return change(descriptor, parts, count, offset, 1);
}

ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off_t offset) {
    return pwritev(descriptor, parts, count, offset);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    if (!is(descriptor, IS_DATA)) return real_writev(descriptor, parts, count);
    return change(descriptor, parts, count, lseek(descriptor, 0, SEEK_CUR), 0);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    struct iovec part = {(void *)bytes, count};
    if (is(descriptor, IS_DATA)) return change(descriptor, &part, 1, lseek(descriptor, 0, SEEK_CUR), 0);
    if (descriptor == 1) note('P', 0, &part, 1);
    return real_write(descriptor, bytes, count);
}

static int barrier(int descriptor, int (*run)(int)) {
    if (is(descriptor, IS_DIRECTORY)) {
        int result = run(descriptor);
        if (result == 0) note('D', 0, NULL, 0);
        return result;
    }
    if (!is(descriptor, IS_DATA)) return run(descriptor);
    int fault = next_fault(0);
    if (fault > 0) return fail(fault);
    int result = run(descriptor);
    if (result == 0) note('B', 0, NULL, 0);
    return fault == -2 ? fail(EIO) : result;
}

int fsync(int descriptor) { return barrier(descriptor, real_fsync); }
int fdatasync(int descriptor) { return barrier(descriptor, real_fdatasync); }

int ftruncate(int descriptor, off_t length) {
    if (!is(descriptor, IS_DATA)) return real_ftruncate(descriptor, length);
    int fault = next_fault(0);
    if (fault > 0) return fail(fault);
    note('T', (uint64_t)length, NULL, 0);
    int result = real_ftruncate(descriptor, length);
    return fault == -2 ? fail(EIO) : result;
}

int ftruncate64(int descriptor, off_t length) { return ftruncate(descriptor, length); }

// Only a map that is written through (MDB_WRITEMAP) is brought to the disk this way; FStore has none.
int msync(void *start, size_t length, int flags) {
    int result = real_msync(start, length, flags);
    if (result == 0 && (flags & MS_SYNC)) note('B', 0, NULL, 0);
    return result;
}
