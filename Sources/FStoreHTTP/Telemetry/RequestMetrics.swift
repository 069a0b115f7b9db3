internal import FStoreTelemetry
internal import HTTPTypes

/// What is counted of each request. The series are made when the server starts, so that counting neither allocates nor
/// locks, and shown once something was counted in them.
struct RequestMetrics: Sendable {
    /// Statuses that are counted one by one; others go to the first of their class.
    private static let statuses = [
        200, 201, 204, 304, 400, 401, 403, 404, 405, 406, 408, 409, 412, 413, 414, 415, 422, 429, 431, 500, 503, 507,
    ]

    /// The series of one operation.
    struct Series: Sendable {
        fileprivate let counters: [Counter]
        fileprivate let durations: Histogram
    }

    private let series: [Series]
    private let unmatched: Series
    /// Requests that are being answered right now.
    let inFlight: Gauge
    /// Open connections.
    let connections: Gauge
    /// Connections that were refused: their address has too many, or there is no descriptor.
    let refusedConnections: Counter
    /// Idle connections without a key that gave their place to others.
    let droppedConnections: Counter
    /// Bodies and answers that are held, in bytes.
    let heldBytes: Gauge
    /// Requests that had to go because the server held too much.
    let evictedRequests: Counter
    /// Values that were read, by status.
    let fastAnswers: Counter

    init(_ operations: [Operation], in registry: MetricsRegistry) {
        let counters = registry.counters(
            "http_requests_total",
            help: "Total HTTP requests",
            labels: ["method", "endpoint", "status"],
            showsUnused: false
        )
        let durations = registry.histograms(
            "fstore_http_request_duration_seconds",
            help: "From the last byte of a request to its answer",
            labels: ["endpoint", "method"],
            showsUnused: false
        )
        func series(_ method: String, _ endpoint: String) -> Series {
            Series(
                counters: Self.statuses.map { counters.series(method, endpoint, String($0)) },
                durations: durations.series(endpoint, method)
            )
        }
        self.series = operations.map { series($0.method.rawValue, $0.path.text) }
        unmatched = series("other", "other")
        inFlight = registry.gauge("fstore_http_requests_in_flight", help: "Requests that are being answered")
        connections = registry.gauge("fstore_http_connections", help: "Open connections")
        refusedConnections = registry.counter(
            "fstore_http_refused_connections_total",
            help: "Connections answered with 503: their address has too many, or no descriptor is left"
        )
        droppedConnections = registry.counter(
            "fstore_http_dropped_connections_total",
            help: "Idle connections without a key that were closed because all connections were taken"
        )
        heldBytes = registry.gauge(
            "fstore_http_held_bytes",
            help: "Bytes of bodies and of answers that are held for clients, small ones left out"
        )
        evictedRequests = registry.counter(
            "fstore_http_evicted_requests_total",
            help: "Slow bodies and answers that were ended because the server held as many bytes as it may"
        )
        fastAnswers = registry.counter("fstore_http_fast_answers_total", help: "Requests answered by the fast path")
    }

    /// Counts one answer.
    ///
    /// - Parameter operation: its position in the table; `nil` when no operation was meant.
    func count(_ operation: Int?, status: Int, nanoseconds: UInt64) {
        let series = operation.map { self.series[$0] } ?? unmatched
        let index = Self.statuses.firstIndex(of: status) ?? Self.statuses.firstIndex(of: status / 100 * 100) ?? 0
        series.counters[index].add()
        series.durations.observe(nanoseconds: nanoseconds)
    }
}
