#pragma once
#include <lmdb.h>
#include <sys/timex.h>
#include <sys/types.h>

// Of Linux. Swift's view of the C library has only what POSIX has.
int fallocate(int descriptor, int mode, off_t offset, off_t bytes);
