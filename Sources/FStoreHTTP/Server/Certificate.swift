internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// The certificate of the server and its key, which may be exchanged while it serves: a new handshake takes the newest.
final class Certificate: Sendable {
    private let files: (certificates: String, key: String)
    private let newest: Mutex<Content>

    private struct Content {
        let chain: [NIOSSLCertificateSource]
        let key: NIOSSLPrivateKeySource
    }

    /// The suites of TLS 1.2 that agree on a key of their own, so that who gets the certificate's key later cannot read
    /// what was recorded before. TLS 1.3 has no others.
    private static let suites: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]

    /// - Throws: when the files cannot be read or do not belong together.
    init(_ files: (certificates: String, key: String)) throws {
        self.files = files
        newest = Mutex(try Self.read(files))
    }

    /// Reads the files again. When they cannot be used, the error says why, and the old certificate stays.
    func reload() throws {
        let read = try Self.read(files)
        newest.withLock { $0 = read }
    }

    /// How the server talks TLS.
    var configuration: TLSConfiguration {
        var configuration = Self.configuration(newest.withLock { $0 })
        configuration.sslContextCallback = { [self] _, promise in
            let content = newest.withLock { $0 }
            var certificate = NIOSSLContextConfigurationOverride()
            certificate.certificateChain = content.chain
            certificate.privateKey = content.key
            promise.succeed(certificate)
        }
        return configuration
    }

    private static func configuration(_ content: Content) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: content.chain,
            privateKey: content.key
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuiteValues = suites
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }

    private static func read(_ files: (certificates: String, key: String)) throws -> Content {
        let content = Content(
            chain: try NIOSSLCertificate.fromPEMFile(files.certificates).map { .certificate($0) },
            key: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
        )
        // Finds out whether they belong together, which a handshake would only find out later.
        _ = try NIOSSLContext(configuration: configuration(content))
        return content
    }
}
