internal import FStore
internal import FStoreConnectors
internal import FStoreServices
internal import FStoreText
internal import HummingbirdCore
internal import NIOCore

/// `application/x-ndjson`: one value on each line, read as it comes in, stored in batches, in bounded memory. The same
/// loader as that of the command line reads it.
struct LineWrite {
    static let maxLineBytes = 1_048_576

    let feature: Feature
    let values: ValueService

    func answer(_ call: Call) async throws -> Reply {
        guard let stream = call.stream else { throw APIError.internalError() }
        var options = LoadOptions()
        options.keptRejects = Schema.maxProblems
        var load = try values.lines(
            into: feature,
            receivedAt: call.receivedAt,
            maxLineBytes: Self.maxLineBytes,
            options: options,
            for: call.caller
        )
        do {
            var reader = stream.reader()
            var received = 0
            while let chunk = try await reader.next() {
                received += chunk.readableBytes
                load.append(chunk.readableBytesUInt8Span)
                try call.bytes?.receive(held: load.heldBytes, received: received)
                try await load.write()
            }
            try await load.finish()
        } catch {
            throw Self.refusal(error, load)
        }
        if load.written == 0, load.rejected > 0 { throw Self.allRejected(load) }
        return Self.answer(load)
    }

    /// Why a load ended before its end, with how far it has come: what was committed stays.
    private static func refusal(_ error: any Error, _ load: borrowing LineLoad) -> APIError {
        var refusal: APIError
        switch error {
        case LoadError.allRejected: return allRejected(load)
        case InputError.longRow(let line, let limit):
            refusal = APIError(
                status: 413,
                code: .payloadTooLarge,
                message: "line \(line) has more than \(limit) bytes",
                details: [("line", .integer(line))]
            )
        case let error as InputError: refusal = .malformed("the body cannot be read: \(error)")
        default:
            refusal = APIError(any: error)
            if error is WriteError || error is ValueService.Refusal {
                refusal.details.append(("line", .integer(load.line)))
            }
        }
        refusal.details.append(("written", .integer(load.written)))
        return refusal
    }

    /// When not one line was right. Lines are counted from 1, as editors do.
    private static func allRejected(_ load: borrowing LineLoad) -> APIError {
        let problems = load.firstRejected.map { row in
            let place = "line \(row.line)"
            return FieldProblem(field: row.field.map { "\(place), \($0)" } ?? place, reason: row.reason, index: nil)
        }
        var refusal = APIError.invalid(problems)
        refusal.details += [("written", .integer(0)), ("failed", .integer(load.rejected))]
        return refusal
    }

    private static func answer(_ load: borrowing LineLoad) -> Reply {
        let output = JSONBuffer()
        output.append("{\"written\":")
        output.append(load.written)
        output.append(",\"failed\":")
        output.append(load.rejected)
        output.append(",\"committed_at\":")
        if let committed = load.committed { output.append(committed) } else { output.append("null") }
        output.append(",\"errors\":[")
        for (index, row) in load.firstRejected.enumerated() {
            output.append(index == 0 ? "{\"line\":" : ",{\"line\":")
            output.append(row.line)
            output.append(",\"field\":")
            output.appendString((row.field ?? "").utf8Span.span)
            output.append(",\"message\":")
            output.appendString(row.reason.utf8Span.span)
            output.append(UInt8(ascii: "}"))
        }
        output.append(UInt8(ascii: "]"))
        WrittenJSON.warn(ofHidden: load.hidden, to: output)
        output.append(UInt8(ascii: "}"))
        return .json(output, status: load.rejected == 0 ? 201 : 200)
    }
}
