internal import FStore
internal import FStoreIdentity
internal import FStoreServices
internal import HummingbirdCore
internal import NIOCore

/// `application/x-ndjson`: one value a line, read as it comes in, stored in batches, in bounded memory.
struct LineWrite {
    static let maxLineBytes = 1_048_576
    private static let batchCells = 10_000
    private static let batchBytes = 8_388_608

    let feature: Feature
    let values: ValueService

    private struct Progress: ~Copyable {
        var type: ValueType?
        var line = 0
        var written = 0
        var failed = 0
        var errors: [(line: Int, problem: FieldProblem)] = []
        var committed: Timestamp?
        var batch = WriteBatch()

        mutating func refuse(_ problem: FieldProblem) {
            failed += 1
            if errors.count < Schema.maxProblems { errors.append((line, problem)) }
        }

        /// The batch that is full, with an empty one in its place.
        mutating func takeBatch() -> WriteBatch {
            var full = WriteBatch()
            swap(&full, &batch)
            return full
        }
    }

    func answer(_ call: Call) async throws -> Reply {
        guard let stream = call.stream else { throw APIError.internalError() }
        var progress = Progress(type: feature.type)
        var rest: [UInt8] = []
        var chunks = stream.makeAsyncIterator()
        while let chunk = try await BodyReader.next(&chunks) {
            rest.append(contentsOf: chunk.readableBytesView)
            var start = 0
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                read(rest[start..<end], call.receivedAt, &progress)
                start = end + 1
                if progress.batch.count >= Self.batchCells || progress.batch.byteCount >= Self.batchBytes {
                    try await commit(&progress, for: call.caller)
                }
            }
            rest.removeFirst(start)
            if rest.count > Self.maxLineBytes {
                throw APIError(
                    status: 413,
                    code: .payloadTooLarge,
                    message: "line \(progress.line + 1) has more than \(Self.maxLineBytes) bytes",
                    details: [("line", .integer(progress.line + 1)), ("written", .integer(progress.written))]
                )
            }
        }
        if !rest.isEmpty { read(rest[...], call.receivedAt, &progress) }
        try await commit(&progress, for: call.caller)
        if progress.written == 0, progress.failed > 0 { throw Self.refusal(progress) }
        return Self.answer(progress)
    }

    /// When no line was right.
    private static func refusal(_ progress: borrowing Progress) -> APIError {
        var problems: [FieldProblem] = []
        for (line, problem) in progress.errors {
            let place = "lines[\(line - 1)]"
            let field = problem.field.isEmpty ? place : place + "." + problem.field
            problems.append(FieldProblem(field: field, reason: problem.reason, index: line - 1))
        }
        var refusal = APIError.invalid(problems)
        refusal.details += [("written", .integer(0)), ("failed", .integer(progress.failed))]
        return refusal
    }

    private func read(_ bytes: ArraySlice<UInt8>, _ now: Timestamp, _ progress: inout Progress) {
        progress.line += 1
        let line = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
        if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { return }
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(line) } catch {
            return progress.refuse(FieldProblem(field: "", reason: "is \(error.description)"))
        }
        do throws(FieldProblem) {
            let cell = try CellReader(type: progress.type, now: now).cell(value)
            do throws(WriteError) {
                try progress.batch.put(cell.value, of: feature.handle, for: cell.entity, at: cell.time)
                // The first value decides for those behind it, so that one odd line does not spoil its batch.
                progress.type = progress.type ?? cell.value.type
            } catch {
                progress.refuse(FieldProblem(field: "value", reason: "is refused: \(error)"))
            }
        } catch {
            progress.refuse(error)
        }
    }

    private func commit(_ progress: inout Progress, for caller: Principal) async throws {
        let count = progress.batch.count
        if count == 0 { return }
        do throws(WriteError) {
            let receipt = try await values.write(progress.takeBatch(), for: caller)
            progress.written += count
            progress.committed = receipt.commitTime
        } catch {
            var refusal = APIError(error)
            refusal.details += [("line", .integer(progress.line)), ("written", .integer(progress.written))]
            throw refusal
        }
    }

    private static func answer(_ progress: borrowing Progress) -> Reply {
        let output = JSONBuffer()
        output.append("{\"written\":")
        output.append(progress.written)
        output.append(",\"failed\":")
        output.append(progress.failed)
        output.append(",\"committed_at\":")
        if let committed = progress.committed { output.append(committed) } else { output.append("null") }
        output.append(",\"errors\":[")
        for (index, error) in progress.errors.enumerated() {
            output.append(index == 0 ? "{\"line\":" : ",{\"line\":")
            output.append(error.line)
            output.append(",\"field\":")
            output.appendString(error.problem.field.utf8Span.span)
            output.append(",\"message\":")
            output.appendString(error.problem.reason.utf8Span.span)
            output.append(UInt8(ascii: "}"))
        }
        output.append("]}")
        let status = progress.failed == 0 ? 201 : 200
        return Reply(status: status, mediaType: "application/json", body: .bytes(output.byteBuffer))
    }
}
