internal import FStore
internal import FStoreIdentity
internal import FStoreServices

/// Rows of `POST /online/write` as a batch.
struct RowReader {
    let features: FeatureService
    let caller: Principal
    let now: Timestamp

    /// - Throws: 404 with the features that are not there, 422 with each row that is wrong.
    func batch(_ rows: [JSONValue]) throws -> WriteBatch {
        let known = try resolve(rows)
        var batch = WriteBatch()
        var problems: [FieldProblem] = []
        for (index, row) in rows.enumerated() {
            do throws(FieldProblem) {
                try add(row, index, known, to: &batch)
            } catch {
                problems.append(error)
                if problems.count == Schema.maxProblems { break }
            }
        }
        if !problems.isEmpty { throw APIError.invalid(problems) }
        return batch
    }

    private func resolve(_ rows: [JSONValue]) throws -> [String: Feature] {
        var known: [String: Feature] = [:]
        var unknown: [String] = []
        for row in rows {
            for member in row[OnlineSchema.rowValues] ?? [] where known[member.name] == nil {
                if let feature = try features.feature(member.name, for: caller) {
                    known[member.name] = feature
                } else if !unknown.contains(member.name), unknown.count < Schema.maxProblems {
                    unknown.append(member.name)
                }
            }
        }
        if !unknown.isEmpty { throw try OnlineRoutes.unknown(unknown, in: features, for: caller) }
        return known
    }

    private func add(
        _ row: JSONValue,
        _ index: Int,
        _ known: [String: Feature],
        to batch: inout WriteBatch
    ) throws(FieldProblem) {
        func problem(_ field: String, _ reason: String) -> FieldProblem {
            FieldProblem(field: "rows[\(index)].\(field)", reason: reason, index: index)
        }
        let entity = try CellReader.entity(row[ValueSchema.entity] ?? .null, problem)
        let time = try CellReader.time(row[ValueSchema.time], now, problem)
        for member in row[OnlineSchema.rowValues] ?? [] {
            guard let feature = known[member.name] else { continue }
            let field = "values.\(member.name.excerpt)"
            let value = try CellReader.value(member.value, feature.type) { _, reason in problem(field, reason) }
            do throws(WriteError) {
                try batch.put(value, of: feature.handle, for: entity, at: time)
            } catch {
                throw problem(field, "is refused: \(error)")
            }
        }
    }
}
