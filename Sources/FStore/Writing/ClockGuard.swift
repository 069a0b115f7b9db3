internal import FStoreLMDB
internal import Glibc

/// Keeps a clock that is wrong from moving commit times.
///
/// Commit times only ever grow, so one write under a clock that is years ahead would put every later commit there too.
/// A clock may also be far beyond the newest commit because nobody has written for a long time.
/// `docs/decisions/0014-a-clock-that-jumps.md` says how the two are told apart.
struct ClockGuard: Sendable {
    /// How far the clock may be beyond what is known; `nil` believes it always.
    let maxJump: Int64?
    let witness: ClockWitness?

    /// After a restart of the machine, and without a time server, a rest of this long is believed: a year.
    static let believableRest: Int64 = 31_536_000_000_000_000
    /// How old a note of the time may be before the next commit brings a new one: ten minutes.
    static let noteInterval: Int64 = 600_000_000_000

    init(_ options: StoreOptions) {
        maxJump = options.maxClockJump?.clampedNanoseconds
        witness = options.clockWitness
    }

    /// Whether a clock that says `now` is as it was expected to be, without a look at anything but the newest commit.
    @inline(__always)
    func isNear(_ now: Int64, _ lastCommit: Int64) -> Bool {
        guard let maxJump else { return true }
        let (jump, overflow) = now.subtractingReportingOverflow(lastCommit)
        return overflow ? now < lastCommit : jump <= maxJump
    }

    /// Why the clock is not believed; `nil` when it is.
    ///
    /// - Parameters:
    ///   - lastCommit: of the newest commit, or when the store was made.
    ///   - note: the time as a commit of the store last noted it.
    func refusal(_ now: Int64, lastCommit: Int64, note: ClockNote?) -> ClockJump? {
        guard let maxJump, !isNear(now, lastCommit) else { return nil }
        let jump = ClockJump(
            clock: Timestamp(nanoseconds: now),
            lastCommit: Timestamp(nanoseconds: lastCommit),
            limit: .nanoseconds(maxJump)
        )
        // A clock that is not the system's is the embedder's own affair.
        guard let witness else { return nil }
        // First the kernel: where a time server keeps its clock, a jump is the correction of a wrong one.
        if let kernel = witness.synchronizedTime(), abs(kernel.subtractingHeld(now)) <= 60_000_000_000 { return nil }
        // Written by a program that made no notes: nothing is known against the clock.
        guard let note else { return nil }
        if note.boot == witness.boot() {
            // The machine has run since: it has counted how long that was, whatever its clock was set to.
            let passed = witness.uptime().subtractingHeld(note.uptime)
            return now.subtractingHeld(note.time) <= passed.addingHeld(maxJump) ? nil : jump
        }
        return now.subtractingHeld(lastCommit) <= Self.believableRest ? nil : jump
    }

    /// What the next commit is to note, if the last note is old or of another run of the machine.
    func note(_ now: Int64, replacing old: ClockNote?) -> ClockNote? {
        guard let witness, maxJump != nil else { return nil }
        let (boot, uptime) = (witness.boot(), witness.uptime())
        if let old, old.boot == boot, uptime.subtractingHeld(old.uptime) < Self.noteInterval { return nil }
        return ClockNote(boot: boot, uptime: uptime, time: now)
    }
}

/// The clock and how long the machine had run then, as a commit noted them.
struct ClockNote: Hashable, Sendable {
    /// Which run of the machine: a number that is drawn anew when it starts.
    var boot: UInt64
    /// Nanoseconds since it started, sleep included.
    var uptime: Int64
    /// Nanoseconds since 1970.
    var time: Int64
}

/// What a clock can be held against.
package struct ClockWitness: Sendable {
    /// Which run of the machine this is.
    package var boot: @Sendable () -> UInt64
    /// Nanoseconds since the machine started, sleep included: grows evenly, whatever the clock is set to.
    package var uptime: @Sendable () -> Int64
    /// The kernel's time, if a time server keeps it right.
    package var synchronizedTime: @Sendable () -> Int64?

    package init(
        boot: @escaping @Sendable () -> UInt64,
        uptime: @escaping @Sendable () -> Int64,
        synchronizedTime: @escaping @Sendable () -> Int64?
    ) {
        self.boot = boot
        self.uptime = uptime
        self.synchronizedTime = synchronizedTime
    }

    /// That of the system.
    static let system = ClockWitness(
        boot: { SystemBoot.number },
        uptime: {
            var time = timespec()
            unsafe clock_gettime(CLOCK_BOOTTIME, &time)
            return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
        },
        synchronizedTime: { KernelClock.synchronizedTime() }
    )
}

/// The kernel's random number of this run of the machine.
private enum SystemBoot {
    static let number: UInt64 = {
        let descriptor = unsafe open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        let digits = String(decoding: bytes.prefix(max(0, count)).filter { $0 != UInt8(ascii: "-") }, as: UTF8.self)
        return UInt64(digits.prefix(16), radix: 16) ?? 0
    }()
}

extension Int64 {
    /// The difference, held at the limits.
    fileprivate func subtractingHeld(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (self < other ? .min + 1 : .max) : difference
    }

    /// The sum, held at the limits.
    fileprivate func addingHeld(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}

/// A clock that is further beyond the newest commit than ``StoreOptions/maxClockJump``, and nothing confirms it.
public struct ClockJump: Hashable, Sendable, CustomStringConvertible {
    /// What the clock says.
    public var clock: Timestamp
    /// The commit time of the newest commit.
    public var lastCommit: Timestamp
    /// How far the clock may be beyond it.
    public var limit: Duration

    /// A sentence to act on.
    public var description: String {
        "the clock says \(clock), more than \(limit.components.seconds) seconds after the last commit at "
            + "\(lastCommit), and nothing confirms that so much time has passed; nothing is written, because commit "
            + "times never go back; correct the clock, or run `fstore clock accept` if it is right"
    }
}

extension FeatureStore {
    /// Takes the clock for right, also where it is far beyond the newest commit: writing goes on, in every process that
    /// has the store open.
    ///
    /// Commit times never go back. Look at the clock first.
    ///
    /// - Returns: what the clock says.
    @discardableResult
    public func acceptClock() throws(WriteError) -> Timestamp {
        try performing { writer throws(WriteError) in
            let now = writer.options.clock()
            guard let witness = writer.clockGuard.witness else { return now }
            let note = ClockNote(boot: witness.boot(), uptime: witness.uptime(), time: now.nanoseconds)
            try writer.change(.reclaiming) { transaction, _ throws(WriteError) in
                do throws(StorageError) {
                    try transaction.putClockNote(note, writer.tables)
                } catch {
                    throw writer.failure(error)
                }
                return ((), nil)
            }
            return now
        }
    }
}
