internal import Glibc

/// `memcmp`, for the inlinable code that must not import the C library itself.
@usableFromInline
func compareBytes(_ left: UnsafeRawPointer?, _ right: UnsafeRawPointer?, _ count: Int) -> Int32 {
    guard count > 0, let left = unsafe left, let right = unsafe right else { return 0 }
    return unsafe memcmp(left, right, count)
}
