import FStoreTelemetry
import Testing

@testable import FStoreHTTP

@Suite("What a client accepts")
struct WeightedElementTests {
    @Test func `elements have a name, parameters and a weight`() {
        let elements = WeightedElement.all(in: "text/HTML; level=1 ;Q=0.5,,*/*;q=x, br")
        #expect(elements.map(\.name) == ["text/html", "*/*", "br"])
        #expect(elements.map(\.weight) == [0.5, 0, 1])
        #expect(elements[0].parameter("level") == "1" && elements[2].parameter("level") == nil)
    }

    @Test(arguments: [
        ("", ExpositionFormat.prometheus), ("*/*", .prometheus), ("text/html", .prometheus),
        ("application/openmetrics-text", .openMetrics), ("APPLICATION/OpenMetrics-Text; Version=1.0.0", .openMetrics),
        ("application/openmetrics-text;version=0.0.1", .prometheus),
        ("application/openmetrics-text;q=0", .prometheus),
        ("text/plain, application/openmetrics-text;q=0.5", .prometheus),
        (
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics
        ), (";;,,;q=", .prometheus),
    ])
    func `the format is what the scraper asks for`(accept: String, format: ExpositionFormat) {
        #expect(ExpositionFormat(accept: accept) == format)
    }
}
