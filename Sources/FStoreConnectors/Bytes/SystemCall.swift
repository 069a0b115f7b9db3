internal import Glibc

/// What the C library says about its last failure.
package enum SystemCall {
    /// The text of `errno`.
    package static func reason(_ code: Int32 = errno) -> String {
        unsafe String(cString: strerror(code))
    }
}
