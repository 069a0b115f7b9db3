internal import Glibc

/// What the C library says about its last failure.
enum SystemCall {
    /// The text of `errno`.
    static func reason(_ code: Int32 = errno) -> String {
        unsafe String(cString: strerror(code))
    }
}
