internal import FStoreServices
package import FStoreTelemetry
internal import NIOCore

/// How a server listens and what it allows.
package struct ServerOptions: Sendable {
    /// The address to listen on.
    package var host = "127.0.0.1"
    /// 0 takes one that is free.
    package var port = 8000
    /// Threads that serve connections; 0 takes as many as there are processors.
    package var threads = 0
    /// PEM files of a certificate chain and its key; both or none.
    package var tls: (certificates: String, key: String)?
    /// Whether anybody may read the measurements, or only operators.
    package var hasPublicMetrics = true
    /// Whether hot requests are answered in front of the HTTP decoder. The answers are the same either way.
    package var hasFastPath = true
    /// Pages of which other origins may read the answers in a browser; of none, unless they are named.
    package var crossOrigin: CrossOrigin?
    /// Which requests get a line in the log.
    package var logging = RequestLogging.control
    /// The newest lines of the log, for operators.
    package var logRing = LogRing()
    /// Where the assets of the documentation pages lie, if they are there.
    package var documentationAssets: String?
    package var limits = ServerLimits()

    package init() {}

    var threadCount: Int { threads > 0 ? threads : System.coreCount }
}
