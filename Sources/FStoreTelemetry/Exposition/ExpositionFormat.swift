/// The two texts in which a scraper can ask for measurements.
package enum ExpositionFormat: Sendable {
    /// Prometheus text 0.0.4.
    case prometheus
    /// OpenMetrics 1.0.
    case openMetrics

    /// The value of `Content-Type`.
    package var contentType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The format for an `Accept` header: OpenMetrics if 1.0 is asked for at least as much as plain text is.
    package init(accept: String?) {
        var best: (openMetrics: Double, plain: Double) = (0, 0)
        for range in (accept ?? "").split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            let weight = parts.first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            let version = parts.first { $0.hasPrefix("version=") }?.dropFirst(8)
            switch parts.first {
            case "application/openmetrics-text" where version == nil || version == "1.0.0":
                best.openMetrics = max(best.openMetrics, weight)
            case "text/plain", "text/*":
                best.plain = max(best.plain, weight)
            default: break
            }
        }
        self = best.openMetrics > 0 && best.openMetrics >= best.plain ? .openMetrics : .prometheus
    }
}
