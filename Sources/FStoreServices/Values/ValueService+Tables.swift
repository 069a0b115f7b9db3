internal import FStore
package import FStoreConnectors
package import FStoreIdentity

extension ValueService {
    /// Another request with the same key is still being stored.
    package struct TableIsBusy: Error {}

    /// Stores a table of the caller's organization: `read` gives its blocks. The quota of writes a second makes it
    /// wait, and does not end it.
    ///
    /// - Throws: ``TableIsBusy``, ``TableLoad/Refusal``, and what `read` throws. What was committed before stays.
    package func storeTable(
        _ plan: TableLoad.Plan,
        features: FeatureService,
        for caller: Principal,
        _ read: (TableLoad) async throws -> Void
    ) async throws -> TableLoad {
        let means = TableLoad.Means(
            find: { name in try features.feature(name, for: caller) },
            define: { name, type in
                try await features.define(FeatureDefinition(name: name, type: type), for: caller)
            },
            admit: { values, bytes in
                while true {
                    do throws(Refusal) {
                        return try admit(values: values, bytes: bytes, for: caller)
                    } catch {
                        guard case .quota(.writes(_, let retryNanoseconds)) = error else { throw error }
                        try await Task.sleep(for: .nanoseconds(retryNanoseconds))
                    }
                }
            }
        )
        return try await tableKeys.alone(plan.bookmark) {
            let load = load(plan, means)
            try await read(load)
            try await load.finish()
            return load
        }
    }
}
