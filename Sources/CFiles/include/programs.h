#pragma once

#include <sys/types.h>

/// Starts a program in a process group of its own. It inherits nothing but its input, its output and its errors.
///
/// `input` becomes its standard input and stays open here. `output` gets the end of a pipe that reads what it prints,
/// `errors` a file in memory that has what it says of errors; both are the caller's to close. `environment` and
/// `arguments` end in NULL.
///
/// Returns 0, or the number of the error.
int fstore_start_program(const char *path, char *const *arguments, char *const *environment, int input, pid_t *process,
                         int *output, int *errors);
