internal import FStoreLMDB

extension FeatureStore {
    /// What a damaged entry is about, for people: the feature, the entity and the times that its key names.
    ///
    /// `nil` where the key itself cannot be read; its bytes are in ``Corruption/key``.
    package func subject(of problem: Corruption) -> String? {
        let key = problem.keyBytes
        switch StoreTable(rawValue: problem.table) {
        case .history:
            guard let key = HistoryKey(key.span.raw) else { return nil }
            let eventTime = Timestamp(nanoseconds: key.eventTime)
            let commitTime = Timestamp(nanoseconds: key.commitTime)
            return "\(name(ofFeature: key.number)), entity \(Self.quoted(key.entity)), event time \(eventTime), "
                + "commit time \(commitTime)"
        case .latest:
            guard let key = LatestKey(key.span.raw) else { return nil }
            return "\(name(ofFeature: key.number)), entity \(Self.quoted(key.entity)), space \(key.space)"
        case .features: return key.count == 4 ? name(ofFeature: key.span.raw.bigEndian(at: 0, as: UInt32.self)) : nil
        case .meta:
            let isText = key.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
            return isText ? "\"\(String(decoding: key, as: UTF8.self))\"" : nil
        case nil: return nil
        }
    }

    private func name(ofFeature number: UInt32) -> String {
        let record = try? read { snapshot throws(ReadError) in snapshot.registry.record(number) }
        return record.map { "feature \"\($0.feature.name)\"" } ?? "feature number \(number), which does not exist"
    }

    private static func quoted(_ entity: RawSpan) -> String {
        "\"\(String(decoding: entity.copied, as: UTF8.self))\""
    }
}

extension Corruption {
    fileprivate var keyBytes: [UInt8] {
        let digits = key.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - digits.count % 2, by: 2)
            .map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }
}
