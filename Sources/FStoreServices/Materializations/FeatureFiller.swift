internal import FStore
internal import FStoreCatalog
internal import FStoreConnectors

/// Fills features from sources of their own, for the runner.
struct FeatureFiller: Sendable {
    let runner: IngestionRunner

    /// Runs a materialization that was taken, and stores what came of it.
    func work(_ materialization: Materialization, _ control: RunControl) async {
        let catalog = runner.catalog
        guard let origin = FeatureOrigin(materialization.source), let id = FeatureID(materialization.featureID),
            let feature = try? runner.store.feature(id: id)
        else {
            // It was deleted, or its source says nothing any more.
            try? await catalog.endMaterialization(
                materialization.featureID,
                organization: materialization.organizationID
            )
            return
        }
        let result = await fill(feature, from: origin, materialization, control)
        if case .failure(RunControl.Stop.paused) = result { return }
        let progress = control.progress
        var error: String?
        var newest: UnixNanoseconds?
        switch result {
        case .success(let outcome): newest = outcome.newestEvent?.nanoseconds
        case .failure(let problem): error = SourceProblem(problem).message
        }
        let outcome = MaterializationOutcome(
            stored: Int64(progress.stored),
            rejected: Int64(progress.rejected),
            error: error,
            newestEvent: newest,
            nextRun: origin.nextRun(
                of: materialization.featureID,
                after: catalog.now,
                failures: error == nil ? 0 : materialization.failures + 1
            )
        )
        await runner.untilStored { () async throws(CatalogError) in
            try await catalog.finishMaterialization(materialization, outcome)
        }
        runner.report(.filled(feature: feature.name, organization: materialization.organizationID, outcome))
    }

    private func fill(
        _ feature: Feature,
        from origin: FeatureOrigin,
        _ materialization: Materialization,
        _ control: RunControl
    ) async -> Result<LoadOutcome, any Error> {
        let source: Source
        do {
            source = try await origin.bound(in: runner.catalog, organization: materialization.organizationID).get()
        } catch let unbound as FeatureOrigin.Unbound {
            return .failure(SourceProblem(unbound.reason))
        } catch {
            return .failure(error)
        }
        return await onThread {
            Result {
                let reader = try runner.databaseReader(of: source, query: origin.query)
                let work = runner.work(
                    source,
                    space: materialization.space,
                    organization: materialization.organizationID,
                    run: "feature_" + materialization.featureID,
                    bookmarkFront: "feature/\(materialization.featureID)/",
                    // A run that was killed has left no other trace than its values.
                    isRepeated: true,
                    batchRows: nil,
                    control
                )
                let since = materialization.newestEvent.map { Timestamp(nanoseconds: $0) }
                let now = Timestamp(nanoseconds: runner.catalog.now)
                let outcome = try reader.fill(feature, since: since, now: now, work)
                control.report { state in
                    (state.stored, state.rejected) = (outcome.counts.rows, outcome.counts.rejected)
                }
                return outcome
            }
        }
    }
}
