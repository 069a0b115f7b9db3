/// Why a row, or one value of it, is unfit.
struct Rejection: Error {
    /// A sentence without a full stop.
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
