package import FStore

/// Why a load cannot begin, or stopped before the end of its input.
package enum LoadError: Error, Hashable, Sendable {
    /// There is no such feature, and the load may not define it. `meant` is one with a similar name.
    case unknownFeature(String, space: UInt32, meant: String?)
    /// The feature exists and takes values of another type.
    case wrongType(feature: String, takes: ValueType, given: ValueType)
    /// Two columns fill one feature.
    case repeatedFeature(String)
    /// An earlier run was interrupted, and the caller did not say what to do.
    case unfinished(job: String, rows: Int)
    /// The load was begun, or done, with other bytes.
    case otherInput(job: String, reason: String)
    /// The load was begun with other columns, features or formats.
    case otherChoices(job: String)
    /// The store's bookmark is not one that this version has written.
    case unreadableBookmark(job: String)
    /// More rows were rejected than the caller allows.
    case tooManyRejects(limit: Int, first: [RejectedRow])
    /// Not one of the first rows fits.
    case allRejected(rows: Int, first: [RejectedRow])
    /// The rejected rows cannot be kept.
    case rejectFile(path: String, reason: String)
}

extension LoadError: CustomStringConvertible {
    /// A sentence to act on, without a full stop.
    package var description: String {
        switch self {
        case .unknownFeature(let name, let space, let meant):
            "there is no feature \"\(name.excerpt)\" in space \(space); "
                + (meant.map { "did you mean \"\($0.excerpt)\"?" } ?? "define it, or load with --create")
        case .wrongType(let feature, let takes, let given):
            "the feature \"\(feature.excerpt)\" takes \(takes), not \(given)"
        case .repeatedFeature(let name): "the feature \"\(name.excerpt)\" is given twice; name each feature once"
        case .unfinished(let job, let rows):
            "the load \"\(job.excerpt)\" was interrupted after \(rows) rows; use --resume or --restart"
        case .otherInput(let job, let reason):
            "the load \"\(job.excerpt)\" was begun with another input: \(reason); "
                + "use --restart to load this one from its start"
        case .otherChoices(let job):
            "the load \"\(job.excerpt)\" was begun with other columns, features or formats; "
                + "give the same ones again, or use --restart"
        case .unreadableBookmark(let job):
            "the bookmark of the load \"\(job.excerpt)\" was written by another version of fstore; use --restart"
        case .tooManyRejects(let limit, let first):
            "more than \(limit) rows were rejected, so the load stopped\(RejectedRow.list(first))"
        case .allRejected(let rows, let first):
            "all of the first \(rows) rows were rejected, so the load stopped; nothing was loaded"
                + RejectedRow.list(first)
        case .rejectFile(let path, let reason): "\(path) cannot be written: \(reason)"
        }
    }
}
