internal import FStore
internal import FStoreWire

/// Tombstones for some entities of one feature.
struct ValueDeletion {
    let feature: Feature
    let store: FeatureStore

    func answer(_ call: Call) async throws -> Answer {
        var time: Timestamp?
        if let text = call.query.text("timestamp") {
            do throws(TimestampError) { time = try Timestamp(text) } catch {
                throw APIError.invalid("timestamp", error.description)
            }
        }
        let names = try Self.names(call.query.raw("entity_ids") ?? "")
        var missing: [EntityID] = []
        var batch = WriteBatch()
        for entity in names {
            guard let found = try eventTime(of: entity, at: time) else {
                missing.append(entity)
                continue
            }
            try batch.delete(feature.handle, for: entity, at: found)
        }
        let output = JSONBuffer()
        output.append("{\"deleted\":")
        if batch.count > 0 {
            let receipt = try await store.write(batch)
            output.append(receipt.cells)
            output.append(",\"committed_at\":")
            output.append(receipt.commitTime)
        } else {
            output.append("0,\"committed_at\":null")
        }
        output.append(",\"missing\":[")
        for (index, entity) in missing.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            output.appendString(entity.text.utf8Span.span)
        }
        output.append("]}")
        return Answer(status: 200, mediaType: "application/json", body: .bytes(output.byteBuffer))
    }

    /// The event time of the value that goes: the newest one's, or `time` itself when a value is there.
    private func eventTime(of entity: EntityID, at time: Timestamp?) throws -> Timestamp? {
        guard let time else { return try store.value(of: feature.handle, for: entity).eventTime }
        let page = try store.history(of: feature.handle, for: entity, from: time, through: time, limit: 1)
        return page.entries.isEmpty ? nil : time
    }

    private static func names(_ raw: String) throws(APIError) -> [EntityID] {
        var list = EntityListText()
        try list.read(query: raw.utf8Span.span)
        var names: [EntityID] = []
        for index in 0..<list.count {
            let name = String(decoding: list.bytes[list.range(index)], as: UTF8.self)
            if let entity = try? EntityID(name), !names.contains(entity) { names.append(entity) }
        }
        return names
    }
}
