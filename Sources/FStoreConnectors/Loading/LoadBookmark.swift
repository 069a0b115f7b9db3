package import FStore
internal import FStoreText

/// How far a load has come: committed with each batch, so that it is always true.
package struct LoadBookmark: Hashable, Sendable {
    package internal(set) var isDone = false
    /// Where the next row begins in the input.
    var offset = 0
    /// The line of that row.
    var line = 0
    /// The digest of the input up to ``offset``; of all of it when the load is done.
    var digest: UInt64 = 0
    package internal(set) var counts = LoadCounts()
    /// How long the file of rejected rows was.
    var rejectBytes = 0
    /// Columns that had not occurred yet.
    var unseenColumns: [Int] = []
    /// The run of a source that read last, and the counts at its begin.
    var run: String?
    var runBase = LoadCounts()
    /// The file as it was when the load was done (``InputFile/stamp``).
    var stamp: String?
    /// The size of the input in bytes; -1 for what has none, such as a pipe.
    let size: Int
    /// A digest of everything that decides what a row becomes.
    let choices: UInt64

    init(size: Int?, choices: UInt64) {
        self.size = size ?? -1
        self.choices = choices
    }

    /// Reads what ``bytes`` has written. `nil` for anything else.
    init?(_ bytes: [UInt8]) {
        guard let value = try? JSONValue(bytes), case .bool(let isDone) = value["done"] else { return nil }
        func integer(_ name: String) -> Int? {
            guard case .number(let text) = value[name] else { return nil }
            return Int(text)
        }
        func hash(_ name: String) -> UInt64? {
            guard case .string(let text) = value[name] else { return nil }
            return UInt64(text, radix: 16)
        }
        guard let offset = integer("offset"), let line = integer("line"), let rows = integer("rows"),
            let cells = integer("cells"), let rejected = integer("rejected"), let rejectBytes = integer("reject_bytes"),
            let size = integer("size"), let digest = hash("digest"), let choices = hash("choices")
        else { return nil }
        self.isDone = isDone
        self.offset = offset
        self.line = line
        self.digest = digest
        counts.rows = rows
        counts.cells = cells
        counts.rejected = rejected
        self.rejectBytes = rejectBytes
        self.size = size
        self.choices = choices
        if case .string(let unseen) = value["unseen"] {
            unseenColumns = unseen.split(separator: ",").compactMap { Int($0) }
        }
        if case .string(let stamp) = value["stamp"] { self.stamp = stamp }
        if case .string(let run) = value["run"], let rows = integer("run_rows"), let cells = integer("run_cells"),
            let rejected = integer("run_rejected")
        {
            self.run = run
            runBase.rows = rows
            runBase.cells = cells
            runBase.rejected = rejected
        }
    }

    /// What the store keeps.
    var bytes: [UInt8] {
        var object = JSONObjectText()
        object.add("done", isDone)
        object.add("offset", offset)
        object.add("line", line)
        object.add("digest", String(digest, radix: 16))
        object.add("rows", counts.rows)
        object.add("cells", counts.cells)
        object.add("rejected", counts.rejected)
        object.add("reject_bytes", rejectBytes)
        object.add("size", size)
        object.add("choices", String(choices, radix: 16))
        // As many as fit into a bookmark: of a load with more new columns than that, the last ones count as seen.
        object.add("unseen", unseenColumns.prefix(400).map(String.init).joined(separator: ","))
        if let stamp { object.add("stamp", stamp) }
        if let run {
            object.add("run", run)
            object.add("run_rows", runBase.rows)
            object.add("run_cells", runBase.cells)
            object.add("run_rejected", runBase.rejected)
        }
        return object.bytes
    }
}

/// A load that can be interrupted and gone on with, known by its name.
package struct LoadJob: Sendable {
    /// What to do when the store knows the job already.
    package enum Mode: Sendable {
        /// Refuse when it was interrupted, begin again when it was done.
        case begin
        /// Go on behind the last committed batch.
        case resume
        /// Begin again.
        case restart
        /// One of many runs over a file that may have changed meanwhile: nothing is read when it has not, only the new
        /// lines when it became longer, and all of it when `isAnew` is set, which the caller does when
        /// ``LoadError/otherInput(job:reason:)`` has told that it is another file.
        case follow(run: String, isAnew: Bool)
    }

    package let name: String
    package let mode: Mode

    package init(_ name: String, mode: Mode) {
        self.name = name
        self.mode = mode
    }

    /// The name of a job that is not given one: the name of its file.
    package static func defaultName(path: String) -> String {
        path == "-" ? "stdin" : path.split(separator: "/").last.map(String.init) ?? path
    }

    /// The name of the bookmark that the store keeps for the job.
    var bookmarkName: String { "load/" + name }

    /// Whether anything of a job was ever committed.
    package static func isKnown(_ name: String, in store: FeatureStore) throws -> Bool {
        try store.bookmark(LoadJob(name, mode: .resume).bookmarkName) != nil
    }

    /// What a run has committed of a job that it follows.
    package static func counts(of run: String, job name: String, in store: FeatureStore) throws -> LoadCounts {
        let job = LoadJob(name, mode: .resume)
        guard let kept = try store.bookmark(job.bookmarkName).flatMap({ LoadBookmark($0) }), kept.run == run else {
            return LoadCounts()
        }
        return kept.counts.since(kept.runBase)
    }

    /// Where to begin: at the start, or behind the last batch that an earlier run has committed.
    func begin(_ fresh: LoadBookmark, in store: FeatureStore?) throws -> LoadBookmark {
        if case .follow(let run, let isAnew) = mode { return try follow(fresh, run, isAnew, in: store) }
        if case .restart = mode { return fresh }
        guard let bytes = try store?.bookmark(bookmarkName) else { return fresh }
        guard let kept = LoadBookmark(bytes) else { throw LoadError.unreadableBookmark(job: name) }
        if case .begin = mode {
            if kept.isDone { return fresh }
            throw LoadError.unfinished(job: name, rows: kept.counts.rows)
        }
        if kept.choices != fresh.choices { throw LoadError.otherChoices(job: name) }
        if kept.size != fresh.size {
            throw LoadError.otherInput(job: name, reason: "it had \(kept.size) bytes, and this one has \(fresh.size)")
        }
        return kept
    }

    private func follow(
        _ fresh: LoadBookmark,
        _ run: String,
        _ isAnew: Bool,
        in store: FeatureStore?
    ) throws -> LoadBookmark {
        let kept = try store?.bookmark(bookmarkName).flatMap { LoadBookmark($0) }
        if var kept, kept.choices == fresh.choices, !isAnew {
            if kept.run != run { (kept.run, kept.runBase) = (run, kept.counts) }
            return kept
        }
        var fresh = fresh
        fresh.run = run
        return fresh
    }
}
