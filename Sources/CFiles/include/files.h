#pragma once

/// Opens the regular file or directory at `path` below the directory `root` for reading. Nothing in the path may be a
/// symbolic link or lead out of `root`. Does not wait for the other end of a pipe.
///
/// Returns the descriptor, or the negative number of the error: -EXDEV where the path leads out, -ELOOP at a link,
/// -ENOSYS on kernels before Linux 5.6.
int fstore_open_beneath(int root, const char *path);
