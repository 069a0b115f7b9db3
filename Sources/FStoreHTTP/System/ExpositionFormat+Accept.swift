internal import FStoreTelemetry

extension ExpositionFormat {
    /// The format for an `Accept` header: OpenMetrics if 1.0 is asked for at least as much as plain text is.
    init(accept: String) {
        var (openMetrics, plain) = (0.0, 0.0)
        for element in WeightedElement.all(in: accept) {
            let version = element.parameter("version")
            switch element.name {
            case "application/openmetrics-text" where version == nil || version == "1.0.0":
                openMetrics = max(openMetrics, element.weight)
            case "text/plain", "text/*":
                plain = max(plain, element.weight)
            default: break
            }
        }
        self = openMetrics > 0 && openMetrics >= plain ? .openMetrics : .prometheus
    }
}
