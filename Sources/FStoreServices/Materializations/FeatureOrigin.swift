internal import FStore
internal import FStoreCatalog
internal import FStoreText

/// The source of a feature, as document 000 writes it: `{"type", "query", "update_frequency"}`, and `source_id` or
/// `source` for the source that has the connection.
package struct FeatureOrigin: Hashable, Sendable {
    let type: String
    let query: String
    /// How often it is run; `nil`: once, and when somebody asks for it.
    let interval: Duration?
    /// The id or the name of the source.
    let reference: String?

    /// `nil` for a source that says nothing to run.
    package init?(_ text: String) {
        guard text.hasPrefix("{"), let source = try? JSONValue(text.utf8) else { return nil }
        func string(_ name: String) -> String? { if case .string(let text) = source[name] { text } else { nil } }
        guard let query = string("query"), !query.allSatisfy(\.isWhitespace), let type = string("type") else {
            return nil
        }
        self.query = query
        self.type = type
        interval = string("update_frequency").flatMap(DurationText.duration)
        reference = string("source_id") ?? string("source")
    }

    /// The source of an organization that it means, or why there is none.
    func bound(in catalog: Catalog, organization: Int64) async throws(CatalogError) -> Result<Source, Unbound> {
        guard SourceKind(type: type) == .postgresql else {
            return .failure(
                Unbound(reason: "a source of type \"\(type.excerpt)\" runs no queries; postgresql does")
            )
        }
        if let reference {
            let named: Source
            do throws(CatalogError) {
                named = try await catalog.source(named: reference, organization: organization)
            } catch .notFound {
                return .failure(Unbound(reason: "there is no source \"\(reference.excerpt)\""))
            }
            guard SourceKind(type: named.type) == .postgresql else {
                return .failure(Unbound(reason: "the source \"\(named.name.excerpt)\" is of type \(named.type)"))
            }
            return usable(named)
        }
        let type = SourceKind.postgresql.rawValue
        let fitting = try await catalog.sources(organization: organization, type: type, offset: 0, limit: 1)
        switch (fitting.total, fitting.items.first) {
        case (1, let only?): return usable(only)
        case (0, _): return .failure(Unbound(reason: "there is no source of type postgresql yet; add one"))
        default:
            return .failure(
                Unbound(reason: "there are \(fitting.total) sources of type postgresql; name one with source_id")
            )
        }
    }

    private func usable(_ source: Source) -> Result<Source, Unbound> {
        if source.enabled { return .success(source) }
        return .failure(Unbound(reason: "the source \"\(source.name.excerpt)\" is disabled"))
    }

    /// Why a feature's source means no source.
    struct Unbound: Error, Hashable, Sendable {
        let reason: String
    }

    /// When a feature runs next, at times that lie apart by the interval. Where they lie in it is each feature's own,
    /// so that a thousand hourly features do not start at once.
    func nextRun(of feature: String, after now: UnixNanoseconds, failures: Int) -> UnixNanoseconds? {
        let minute: Int64 = 60_000_000_000
        // A hundred years are for ever, and no sum of them overflows.
        let interval = interval.map {
            min(max(1_000_000_000, Int64(clamping: $0.nanosecondCount)), 36_525 * 24 * 60 * minute)
        }
        if failures > 0 {
            // 1, 2, 4 … minutes, no more often than the interval, no longer than a day unless the interval is.
            let pause = min(minute << Int64(min(failures - 1, 11)), 24 * 60 * minute)
            return now + max(pause, min(interval ?? minute, 24 * 60 * minute))
        }
        guard let interval else { return nil }
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in feature.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let phase = Int64(digest % UInt64(interval))
        let passed = (now - phase) % interval
        return now + interval - (passed < 0 ? passed + interval : passed)
    }
}

extension Duration {
    fileprivate var nanosecondCount: Int128 {
        Int128(components.seconds) * 1_000_000_000 + Int128(components.attoseconds / 1_000_000_000)
    }
}
