internal import FStoreIdentity
internal import FStoreCatalog
internal import FStoreTelemetry
internal import HTTPTypes
internal import NIOCore

/// Measurements for Prometheus.
struct MetricsRoutes: Sendable {
    let registry: MetricsRegistry
    /// Whether anybody may read them, or only operators.
    let isPublic: Bool

    var operations: [Operation] { [metrics] }

    private var metrics: Operation {
        Operation(
            "metrics",
            .get,
            "/metrics",
            owner: .platform,
            access: isPublic ? .open : .role(.operator),
            rate: .exempt,
            summary: "Measurements for Prometheus",
            description: "Text format 0.0.4, or OpenMetrics 1.0 when `Accept` asks for it.",
            answers: [DocumentedAnswer(200, "The measurements.", .text(0...65_536), mediaType: "text/plain")]
        ) { call in
            let format = ExpositionFormat(accept: call.headers[values: .accept].joined(separator: ","))
            let text = ByteBuffer(bytes: registry.render(format))
            return Reply(status: 200, mediaType: format.contentType, body: .bytes(text))
        }
    }
}
