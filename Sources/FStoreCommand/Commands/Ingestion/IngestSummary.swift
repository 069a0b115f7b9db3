internal import FStoreCatalog
internal import FStoreText

/// What jobs have done, as it is shown.
struct IngestSummary {
    private let jobs: [IngestionJob]
    /// The names of the sources, by the ids of their runs.
    private let names: [String: String]

    init(_ jobs: [IngestionJob], _ catalog: Catalog) async throws {
        self.jobs = jobs
        var names: [String: String] = [:]
        for run in jobs.flatMap(\.runs) {
            names[run.id] = try? await catalog.source(run.sourceID, organization: run.organizationID).name
        }
        self.names = names
    }

    private var runs: [IngestionRun] { jobs.flatMap(\.runs) }

    private func name(_ run: IngestionRun) -> String { names[run.id] ?? run.sourceID }

    func write(asJSON: Bool, to output: Output) {
        asJSON ? output.line(object) : writeTable(to: output)
    }

    private var object: JSONObjectText {
        var object = JSONObjectText()
        let runs = runs.map { run in
            var object = JSONObjectText()
            object.add("job", run.jobID)
            object.add("source", name(run))
            object.add("status", run.state.rawValue)
            object.add("stored", run.stored)
            object.add("rejected", run.rejected)
            object.add("error", run.error)
            return object
        }
        object.add("runs", runs)
        return object
    }

    private func writeTable(to output: Output) {
        if runs.isEmpty { return output.line("no source is enabled and idle") }
        var table = TableText("source", "status", "stored", "rejected", "error")
        for run in runs {
            table.add(name(run), run.state.rawValue, "\(run.stored)", "\(run.rejected)", run.error ?? "")
        }
        table.write(to: output, withHeader: true)
    }

    /// Why the program does not end with status 0, if it does not.
    var failure: CommandError? {
        if let failed = runs.first(where: { $0.state == .failed }) {
            return CommandError(
                .no,
                "not_read",
                "the source \"\(name(failed))\" could not be read: \(failed.error ?? "no reason is known")"
            )
        }
        if jobs.contains(where: { $0.state == .stopped }) { return CommandError(.no, "stopped", "the job was stopped") }
        let rejected = runs.reduce(0) { $0 + $1.rejected }
        if rejected == 0 { return nil }
        return CommandError(
            .badData,
            "rejected",
            "\(rejected) row\(rejected == 1 ? " was" : "s were") rejected; GET /api/v1/sources/{id}/rejects has the "
                + "reasons"
        )
    }
}
