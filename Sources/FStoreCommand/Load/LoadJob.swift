internal import FStore

/// A load that can be interrupted and gone on with, known by its name.
struct LoadJob {
    let name: String
    let store: FeatureStore

    /// The name of the bookmark that the store keeps for a job.
    static func bookmarkName(_ job: String) -> String { "load/" + job }

    /// The name of a job that is not given one: the name of its file.
    static func defaultName(path: String) -> String {
        path == "-" ? "stdin" : path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Where to begin: at the start, or behind the last batch that an earlier run has committed.
    func begin(_ fingerprint: LoadFingerprint, resume: Bool, restart: Bool) throws -> LoadBookmark {
        let fresh = LoadBookmark(fingerprint: fingerprint)
        guard !restart, let bytes = try store.bookmark(Self.bookmarkName(name)) else { return fresh }
        guard let kept = LoadBookmark(bytes) else {
            throw CommandError(
                .badData,
                "bad_bookmark",
                "the bookmark of the load \"\(name)\" cannot be read; use --restart"
            )
        }
        if !resume {
            if kept.isDone { return fresh }
            throw CommandError(
                .badData,
                "unfinished",
                "the load \"\(name)\" was interrupted after \(kept.rows) rows; use --resume or --restart"
            )
        }
        if kept.fingerprint.size != fingerprint.size || kept.fingerprint.head != fingerprint.head {
            throw CommandError(
                .badData,
                "other_input",
                "the load \"\(name)\" was begun with another input: it has another size or other first bytes"
            )
        }
        if kept.fingerprint.choices != fingerprint.choices {
            throw CommandError(
                .badData,
                "other_choices",
                "the load \"\(name)\" was begun with other columns, features or formats; repeat them, or use --restart"
            )
        }
        return kept
    }
}
