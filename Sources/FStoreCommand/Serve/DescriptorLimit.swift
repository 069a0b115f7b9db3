internal import Glibc

/// How many descriptors this process may have. A shell or systemd gives a process 1024 by default, and allows it more.
enum DescriptorLimit {
    /// Stores, logs, certificates, LMDB's and SQLite's own, and some for what comes up.
    private static let others = 64
    /// Of an event loop: its epoll, its timer and its way to be woken, twice over for threads that come and go.
    private static let ofThread = 6
    private static let fewest = 4

    /// Raises the limit as far as the system allows.
    ///
    /// - Returns: the limit then.
    static func raise() -> Int {
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard unsafe getrlimit(kind, &limit) == 0 else { return 1024 }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if unsafe setrlimit(kind, &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// How many connections fit beside everything else.
    ///
    /// - Parameter threads: event loops; 0 is as many as there are processors.
    static func connections(of allowed: Int, threads: Int) -> Int {
        let threads = threads > 0 ? threads : sysconf(Int32(_SC_NPROCESSORS_ONLN))
        return max(fewest, allowed - others - ofThread * threads)
    }
}
