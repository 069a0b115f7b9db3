internal import FStore
internal import FStoreConnectors

/// Why a source cannot be read, or not to its end.
package struct SourceProblem: Error, Hashable, Sendable {
    /// A sentence without a full stop, for those who may see the source.
    package let message: String
    /// Whether it may well work a little later, with nothing changed.
    package let isPassing: Bool

    package init(_ message: String, isPassing: Bool = false) {
        self.message = message
        self.isPassing = isPassing
    }

    /// What an error of a lower layer means to the owner of the source.
    init(_ error: any Error) {
        switch error {
        case let error as SourceProblem: self = error
        case DataService.Refusal.unknownSource(let name): self.init("there is no source \"\(name.excerpt)\"")
        case let error as InputError: self.init(error.description)
        case let error as LoadError: self.init(error.description)
        case let error as EgressError:
            if case .unknownHost(_, _, let isPassing) = error {
                self.init(error.description, isPassing: isPassing)
            } else {
                self.init(error.description)
            }
        case let error as WebExchange.Failure: self.init(error.message, isPassing: error.isPassing)
        case let error as PostgreSQLError: self.init(error.message, isPassing: error.isPassing)
        case let error as QuotaRefusal:
            switch error {
            case .writes: self.init("the organization writes more values a second than it may", isPassing: true)
            case .storedBytes(let limit, _):
                self.init("the organization has stored the \(limit) bytes that it may; delete values, or ask for more")
            }
        case let error as WriteError:
            switch error {
            case .busy, .storage, .stopped, .closed: self.init(error.description, isPassing: true)
            default: self.init(error.description)
            }
        default: self.init("\(error)", isPassing: true)
        }
    }
}
