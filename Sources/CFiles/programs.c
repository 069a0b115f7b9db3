#define _GNU_SOURCE
#include "programs.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__linux__)
int fstore_start_program(const char *path, char *const *arguments, char *const *environment, int input, pid_t *process,
                         int *output, int *errors) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    // Error messages are a few lines. A file takes them without a reader, where a full pipe would stop the program.
    int said = memfd_create("errors", MFD_CLOEXEC);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int result = said < 0 ? errno : 0;
    if (result == 0) {
        posix_spawn_file_actions_adddup2(&actions, input, 0);
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
        posix_spawn_file_actions_adddup2(&actions, said, 2);
        posix_spawn_file_actions_addclosefrom_np(&actions, 3);
        sigset_t none, broken;
        sigemptyset(&none);
        sigemptyset(&broken);
        sigaddset(&broken, SIGPIPE);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &broken);
        // If the program is a wrapper script, one signal to the group ends the script and its child.
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
        result = posix_spawn(process, path, &actions, &attributes, arguments, environment);
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    if (result != 0) {
        close(ends[0]);
        if (said >= 0) close(said);
        return result;
    }
    *output = ends[0];
    *errors = said;
    return 0;
}
#else
int fstore_start_program(const char *path, char *const *arguments, char *const *environment, int input, pid_t *process,
                         int *output, int *errors) {
    (void)path; (void)arguments; (void)environment; (void)input; (void)process; (void)output; (void)errors;
    return ENOSYS;
}
#endif
