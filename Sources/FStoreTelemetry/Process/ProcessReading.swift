internal import Glibc

/// Figures of this process out of `/proc`.
package enum ProcessReading {
    /// What the process has used, and uses.
    package struct Usage: Sendable {
        /// Time on the processors since the start, user and system.
        package var processorSeconds: Double
        package var virtualBytes: Double
        package var residentBytes: Double
    }

    /// `nil` when the system does not say.
    package static func usage() -> Usage? {
        guard let fields = statFields(), let user = Double(fields[11]), let system = Double(fields[12]),
            let virtual = Double(fields[20]), let pages = Double(fields[21])
        else { return nil }
        return Usage(
            processorSeconds: (user + system) / ticksPerSecond,
            virtualBytes: virtual,
            residentBytes: pages * Double(sysconf(Int32(_SC_PAGESIZE)))
        )
    }

    /// Seconds since 1970: the start of the machine, and how long after it the process began.
    static func startTime() -> Double? {
        guard let fields = statFields(), let ticks = Double(fields[19]),
            let line = text("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let boot = Double(line.dropFirst(6))
        else { return nil }
        return boot + ticks / ticksPerSecond
    }

    static func openDescriptors() -> Double? {
        guard let folder = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(folder) }
        var count = 0
        while unsafe readdir(folder) != nil { count += 1 }
        // Not descriptors of anybody else: `.`, `..` and the folder itself.
        return Double(count - 3)
    }

    static func allowedDescriptors() -> Double? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return limit.rlim_cur == rlim_t.max ? .infinity : Double(limit.rlim_cur)
    }

    private static var ticksPerSecond: Double { Double(sysconf(Int32(_SC_CLK_TCK))) }

    /// The fields of `/proc/self/stat` from the third one on: the second, a name, may hold spaces and parentheses.
    private static func statFields() -> [Substring]? {
        guard let stat = text("/proc/self/stat"), let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.count > 21 ? fields : nil
    }

    /// A file of `/proc`, whose size nobody knows beforehand; at most 1 MiB.
    private static func text(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while content.count < 1 << 20 {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count < 0 { return nil }
            if count == 0 { break }
            content += chunk[..<count]
        }
        return String(decoding: content, as: UTF8.self)
    }
}
