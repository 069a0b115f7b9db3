package import FStoreIdentity

/// What operators have set, as of one moment.
package struct ServerSettings: Sendable {
    /// `nil` when there is none.
    package let maintenance: Maintenance?
    /// The limits of operations that were set, by the operations' ids.
    package let operationLimits: [String: Quota]
    /// Numbers by their names, such as `batch_size`.
    package let configuration: [String: Int64]
}

/// A time in which the server takes no changes: when it began, and the message that changes are answered with.
package struct Maintenance: Hashable, Sendable {
    /// The message when the operator gives none.
    package static let defaultMessage = "the server is in maintenance: it is read only for now"
    /// Bytes of a message.
    package static let messageBytes = 1...512

    /// A sentence for people, without a full stop.
    package let message: String
    /// When it began.
    package let since: UnixNanoseconds
}
