/// Why a row, or one value of it, is unfit.
package struct Rejection: Error {
    /// A sentence without a full stop.
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}
