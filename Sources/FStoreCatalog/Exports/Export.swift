/// Records that are written into a file, which can be downloaded for a while.
package struct Export: Hashable, Sendable {
    package enum State: String, Sendable {
        case processing, completed, failed
    }

    /// How long a file is kept, in nanoseconds.
    package static let lifetime: Int64 = 24 * 3600 * 1_000_000_000
    /// How many an organization has at most.
    package static let mostKept = 100
    /// How many bytes all files of an organization have together, at most: 32 GiB.
    package static let mostBytes: Int64 = 32 << 30

    /// `export_` and 26 characters that sort by the time of creation.
    package let id: String
    package let organizationID: Int64
    /// The namespace of the organization's features.
    package let space: UInt32
    /// Who asked for it, and may download it.
    package let userID: Int64
    /// What is written, as JSON.
    package let request: String
    package let state: State
    package let created: UnixNanoseconds
    package let ended: UnixNanoseconds?
    /// Until when the file is kept.
    package let expires: UnixNanoseconds
    /// Of the file, once it is whole.
    package let bytes: Int64?
    package let records: Int64?
    /// Why it failed.
    package let error: String?
}
