internal import FStoreHTTP

extension CommandError {
    /// Why a server did not start.
    init(starting error: any Error, _ options: ServerOptions) {
        if let known = CommandError(engine: error) {
            self = known
            return
        }
        let failure = StartFailure(error, options)
        switch failure {
        case .addressInUse: self.init(.tryAgain, "address_in_use", failure.description)
        case .address: self.init(.settings, "address", failure.description)
        case .certificate: self.init(.settings, "tls", failure.description)
        case .other: self.init(.inputOutput, "server", failure.description)
        }
    }
}
