internal import FStore
package import FStoreConnectors
package import FStoreIdentity

extension ValueService {
    /// Stores a table of the caller's organization. The quota of writes a second makes it wait, and does not end it.
    package func table(
        _ plan: TableLoad.Plan,
        features: FeatureService,
        for caller: Principal
    ) throws -> TableLoad {
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
        return try load(plan, means)
    }
}
