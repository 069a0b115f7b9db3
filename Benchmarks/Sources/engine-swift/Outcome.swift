import FStore
import Glibc

/// What a workload has found and what it took.
struct Outcome {
    var found: UInt64 = 0
    var sum = 0.0
    var nanoseconds: UInt64 = 0

    mutating func add(_ number: Double?) {
        guard let number else { return }
        found += 1
        sum += number
    }

    /// Measures `body`, which adds to the outcome.
    static func measured(_ body: (inout Outcome) throws -> Void) rethrows -> Outcome {
        var outcome = Outcome()
        let start = monotonicNanoseconds()
        try body(&outcome)
        outcome.nanoseconds = monotonicNanoseconds() - start
        return outcome
    }

    func json(_ workload: String, cpuNanoseconds: UInt64) -> String {
        let bits = String(sum.bitPattern, radix: 16)
        let padded = String(repeating: "0", count: 16 - bits.count) + bits
        return """
            {"side": "swift", "workload": "\(workload)", "nanoseconds": \(nanoseconds), \
            "cpu_nanoseconds": \(cpuNanoseconds), "found": \(found), "sum": "\(padded)"}
            """
    }
}

func monotonicNanoseconds() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}

/// User and system time of the process, all threads.
func cpuNanoseconds() -> UInt64 {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
    return UInt64(seconds) * 1_000_000_000 + UInt64(microseconds) * 1000
}
