/// What a walk through the audit trail has found.
package struct AuditVerification: Sendable, Hashable {
    /// The entries that are there.
    package internal(set) var entries = 0
    /// The newest entry: write it down elsewhere, and a later verification can be told that it was there. `nil` in a
    /// trail that is empty.
    package internal(set) var head: AuditPlace?
    /// The last entry that was pruned; 0 when none was.
    package internal(set) var prunedThrough: Int64 = 0
    /// The first thing that is wrong; `nil` when all is well.
    package internal(set) var problem: AuditProblem?

    package var isSound: Bool { problem == nil }
}

/// What is wrong with the audit trail, by the first entry that is not as it was written.
package enum AuditProblem: Sendable, Hashable {
    /// The entry is not what was linked: it was changed, or swapped with another.
    case changed(seq: Int64)
    /// Entries between two others are not there.
    case missing(from: Int64, through: Int64)
    /// Entries at the end are not there.
    case cutOff(from: Int64, through: Int64)
    /// The mark of the newest entry is gone or not signed: entries behind `seq` may be missing.
    case headChanged(seq: Int64)
    /// The mark of the last entry that was pruned is not signed.
    case anchorChanged
    /// Entries that the key says nothing of: another key has linked them, or the mark of the end was changed.
    case unproven(from: Int64, through: Int64)
    /// No mark and no entry fits the key.
    case otherKey
    /// The entry that was seen earlier is not there, or is another one by now.
    case notAsSeen(seq: Int64)
}

extension AuditProblem: CustomStringConvertible {
    /// A sentence that names the entry.
    package var description: String {
        switch self {
        case .changed(let seq):
            "entry \(seq) was changed, or swapped with another"
        case .missing(let from, let through):
            "\(Self.entries(from, through)) missing"
        case .cutOff(let from, let through):
            "the end was cut off: \(Self.entries(from, through)) missing"
        case .headChanged(let seq):
            "the mark of the newest entry is gone or was changed: entries behind \(seq) may have been cut off"
        case .anchorChanged:
            "the mark of the last pruned entry was changed: entries at the beginning may have been cut off"
        case .unproven(let from, let through):
            "\(Self.entries(from, through)) not proven by this key: they were written under another one, or somebody "
                + "has changed the mark of the newest entry"
        case .otherKey:
            "nothing of it was written under this key: give the key of the server, or all of it was changed"
        case .notAsSeen(let seq):
            "entry \(seq) is not the one that was seen earlier: the trail was put back to an older state, or rewritten"
        }
    }

    private static func entries(_ from: Int64, _ through: Int64) -> String {
        from == through ? "entry \(from) is" : "the entries \(from) to \(through) are"
    }
}
