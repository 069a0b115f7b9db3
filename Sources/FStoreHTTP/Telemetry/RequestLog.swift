internal import FStoreIdentity
internal import FStoreServices
internal import HTTPTypes
internal import Logging

/// Which requests get a line in the log.
package enum RequestLogging: String, Sendable, CaseIterable {
    /// None but failures.
    case failures
    /// All but those that the fast path answers. Probes and scrapes get theirs at the level debug: each of them comes
    /// every few seconds, and says nothing when all is well.
    case control
    /// All.
    case all
}

/// The lines about requests.
struct RequestLog: Sendable {
    let logger: Logger
    let level: RequestLogging
    let table: OperationTable

    /// An answer.
    func request(_ method: HTTPRequest.Method, status: Int, nanoseconds: UInt64, _ state: Responder.RequestProgress) {
        if level == .failures, status < 500 { return }
        var metadata: Logger.Metadata = [
            "request_id": "\(state.requestID)",
            "method": "\(method.rawValue)",
            "path": "\(state.path)",
            "status": "\(status)",
            "duration_us": "\(nanoseconds / 1000)",
        ]
        if let operation = state.operation { metadata["operation"] = "\(table.operations[operation].id)" }
        if let principal = state.principal {
            metadata["organization"] = "\(principal.organizationID)"
            metadata["key_id"] = "\(principal.credential.id)"
        }
        let operation = state.operation.map { table.operations[$0] }
        let isProbe = operation.map { $0.group == .health && $0.rule.rate == .exempt } ?? false
        let usual = isProbe && level != .all ? Logger.Level.debug : .info
        logger.log(level: status >= 500 ? .error : usual, "request", metadata: metadata)
    }

    /// Why an answer is a 5xx. The client is told the request id alone.
    func failure(_ error: any Error, _ state: Responder.RequestProgress) {
        logger.error(
            "request failed",
            metadata: ["request_id": "\(state.requestID)", "path": "\(state.path)", "reason": "\(error)"]
        )
    }
}
