internal import FStore
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreWire

/// `GET /features/{id}/values` without a range: one answer for each entity, in the asked order. Runs on the event loop
/// or off it, and writes the same bytes.
final class LatestValues {
    private var entities = EntityListText()
    private let values: ValueService
    private let features: FeatureCache
    private let missing: JSONBuffer
    private let steps: Int
    private let maxBytes: Int

    /// - Parameters:
    ///   - steps: cells that may be passed over.
    ///   - maxBytes: of the answer.
    init(values: ValueService, features: FeatureCache, steps: Int, maxBytes: Int) {
        self.values = values
        self.features = features
        self.steps = steps
        self.maxBytes = maxBytes
        missing = JSONBuffer(limit: maxBytes)
    }

    /// - Parameters:
    ///   - reference: the feature as the path names it.
    ///   - entityIDs: the list as the query has it.
    ///   - time: which of the values.
    ///   - page: which part of what is found.
    ///   - caller: whose feature it is.
    ///   - output: gets the body.
    /// - Returns: `false` when there is no such feature.
    /// - Throws: 413 when the answer is too long.
    func write(
        _ reference: Span<UInt8>,
        entityIDs: Span<UInt8>,
        at time: PointInTime,
        page: (number: Int, offset: Int, limit: Int) = (1, 0, EntityListText.counts.upperBound),
        for caller: Principal,
        into output: JSONBuffer
    ) throws(APIError) -> Bool {
        try entities.read(query: entityIDs)
        output.removeAll()
        missing.removeAll()
        let isFound: Bool
        do throws(ReadError) {
            isFound = try values.read(for: caller) { snapshot throws(ReadError) in
                guard let feature = features.feature(reference, for: caller, in: snapshot) else { return false }
                snapshot.limitSteps(to: steps)
                try write(feature, at: time, page, snapshot, output)
                return true
            }
        } catch {
            throw APIError(error)
        }
        if output.isFull || missing.isFull || output.count > maxBytes { throw .answerTooLarge(maxBytes) }
        return isFound
    }

    private func write(
        _ feature: ResolvedFeature,
        at time: PointInTime,
        _ page: (number: Int, offset: Int, limit: Int),
        _ snapshot: borrowing Snapshot,
        _ output: JSONBuffer
    ) throws(ReadError) {
        output.append(feature.opening)
        output.append(",\"items\":[")
        var found = 0
        var written = 0
        let bytes = entities.bytes
        for index in 0..<entities.count where !output.isFull && output.count <= maxBytes {
            let name = bytes.span.extracting(entities.range(index))
            let answer = try snapshot.value(of: feature.handle, forEntityBytes: name, at: time)
            if answer.status == .missing {
                if missing.count > 0 { missing.append(UInt8(ascii: ",")) }
                missing.appendString(name)
                continue
            }
            found += 1
            if found <= page.offset || written == page.limit { continue }
            if written > 0 { output.append(UInt8(ascii: ",")) }
            written += 1
            output.appendItem(name, answer)
        }
        output.append("],\"missing\":[")
        output.append(missing)
        output.append("],\"total\":")
        output.append(found)
        output.append(",\"page\":")
        output.append(page.number)
        output.append(",\"limit\":")
        output.append(page.limit)
        output.append(UInt8(ascii: "}"))
    }
}
