internal import FStoreSecurity

/// What a server tells on its standard output when it starts: the rest goes to the log.
struct Announcement: Sendable {
    let address: ListenAddress
    let certificate: String?
    /// The first key, when it was made just now.
    let key: APIKeyCode?

    /// Before anything else can fail: nobody sees this key again.
    func showKey() throws {
        guard let key else { return }
        let output = Output()
        output.line("The first API key, with the role operator. It is never shown again:")
        output.line("")
        output.line("  \(key.text)")
        output.line("")
        try output.flush()
    }

    /// When connections are accepted.
    func showAddress(port: Int) {
        let scheme = certificate == nil ? "http" : "https"
        let output = Output()
        output.line("FStore listens on \(scheme)://\(ListenAddress.text(host: address.host, port: port))")
        if let key {
            let local = ListenAddress.text(host: address.localHost, port: port)
            let trust = certificate.map { " --cacert '\($0)'" } ?? ""
            output.line("Try it:")
            output.line("")
            output.line("  curl\(trust) -H 'Authorization: Bearer \(key.text)' \(scheme)://\(local)/api/v1/features")
            output.line("")
        }
        // Who does not read the output must not keep the server from serving.
        try? output.flush()
    }
}
