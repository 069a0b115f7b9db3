internal import FStore
internal import FStoreConnectors

extension RunWork {
    /// Loads an input that is no file: all of it, each time.
    func load(
        _ input: InputFile,
        format: LoadFormat,
        _ mapping: RowMapping,
        into destination: LoadDestination
    ) throws -> LoadOutcome {
        var load = FileLoad(
            input,
            format: format,
            mapping: mapping,
            into: destination,
            job: LoadJob(bookmarkFront + "rows", mode: .restart)
        )
        load.options.batchRows = batchRows
        load.options.cellsPerRow = mapping.targets.count + 1
        load.options.keptRejects = Int(SourceLimits.keptRejects)
        load.options.keepsRejectedRows = true
        // Which rows are new cannot be told; which values are can. The bookmark is committed with the first of them: it
        // knows of a try that was killed, whatever became of the run.
        let isKnown = try LoadJob.isKnown(bookmarkFront + "rows", in: store)
        load.options.skipsStored = isRepeated || isKnown
        load.willCommit = { commit in
            try control.check()
            control.report { state in
                state.stored = commit.progress.counts.rows
                state.rejected = commit.progress.counts.rejected
                state.readBytes = state.stored + state.rejected
            }
            try reject(commit.rejected, "")
            try willCommit(commit)
        }
        do {
            return try load.run()
        } catch InputError.interrupted(let interruption) {
            throw interruption.error
        } catch LoadError.allRejected(let rows, let first) {
            try reject(first, "")
            control.report { $0.rejected = rows }
            throw SourceProblem(
                "all of the first \(rows) rows were rejected, so nothing was stored; the first one: "
                    + RejectedRow.list(Array(first.prefix(1)))
            )
        }
    }
}
