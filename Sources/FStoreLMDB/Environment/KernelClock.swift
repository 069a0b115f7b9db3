internal import CLMDB

/// What the kernel knows about its own clock. Here because this target is the one that sees Linux's own C functions.
package enum KernelClock {
    /// The kernel's time in nanoseconds since 1970, if a time server keeps it right; `nil` when none does.
    ///
    /// Asked by a system call of its own: a program whose clock was moved by a library put before the C library, as
    /// tests do, is not fooled together with it.
    package static func synchronizedTime() -> Int64? {
        var state = timex()
        // No modes: nothing is changed, and nobody needs a right for it.
        guard unsafe adjtimex(&state) >= 0, state.status & STA_UNSYNC == 0 else { return nil }
        let fraction = Int64(state.time.tv_usec) * (state.status & STA_NANO == 0 ? 1000 : 1)
        return Int64(state.time.tv_sec) * 1_000_000_000 + fraction
    }
}
