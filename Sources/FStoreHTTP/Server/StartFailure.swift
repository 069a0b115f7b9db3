internal import Glibc
internal import NIOCore
internal import NIOSSL

/// Why a server did not start, in a sentence to act on.
package enum StartFailure: Error, Sendable {
    /// Another program listens there.
    case addressInUse(String)
    /// The address is not one of this machine, or may not be used.
    case address(String, reason: String)
    /// The certificate or its key cannot be used.
    case certificate(String, reason: String)
    /// Something else.
    case other(String)

    /// What `error`, thrown by a server with these options, means.
    package init(_ error: any Error, _ options: ServerOptions) {
        let address = options.host.contains(":") ? "[\(options.host)]" : options.host
        let place = "\(address):\(options.port)"
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE: self = .addressInUse(place)
        case let error as IOError where options.tls == nil || error.errnoCode != ENOENT:
            self = .address(place, reason: "\(error)")
        case is SocketAddressError, is SocketAddressError.UnknownHost: self = .address(place, reason: "\(error)")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError, is IOError:
            self = .certificate(options.tls.map { "\($0.certificates) with \($0.key)" } ?? "", reason: "\(error)")
        default: self = .other("\(error)")
        }
    }
}

extension StartFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .addressInUse(let place):
            "\(place) is taken by another program; stop it, or listen elsewhere with --listen"
        case .address(let place, let reason): "cannot listen on \(place): \(reason)"
        case .certificate(let files, let reason): "the certificate \(files) cannot be used: \(reason)"
        case .other(let reason): "the server stopped: \(reason)"
        }
    }
}
