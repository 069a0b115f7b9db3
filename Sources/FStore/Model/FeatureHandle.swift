/// What a lookup needs to know of a feature: two integers, cheap to keep and to pass.
///
/// Taken from ``Feature/handle``. Stays valid until the feature is deleted or erased; after that, using it is an
/// error that says so.
public struct FeatureHandle: Hashable, Sendable {
    /// The namespace that the feature lives in.
    public let space: UInt32
    /// The feature's number within the store: assigned once, never used again.
    let number: UInt32
}
