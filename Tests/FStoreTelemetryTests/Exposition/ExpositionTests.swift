import FStoreTelemetry
import Testing

@Suite("Exposition")
struct ExpositionTests {
    /// A registry with every kind of family.
    private static func example() -> MetricsRegistry {
        let registry = MetricsRegistry()
        let requests = registry.counters(
            "http_requests_total",
            help: "Requests answered.",
            labels: ["method", "endpoint", "status"]
        )
        requests.series("GET", "/api/v1/features/{id}", "200").add(41)
        requests.series("POST", "a\"b\\c\nd\u{1F600}", "500").add()
        registry.gauge("fstore_http_requests_in_flight", help: "With \"quotes\", \\ and\nlines.").set(-3)
        let durations = registry.histograms(
            "fstore_http_request_duration_seconds",
            help: "Time to answer.",
            labels: ["endpoint"]
        )
        for exponent in 0..<36 { durations.series("/a").observe(nanoseconds: 1 << UInt64(exponent)) }
        _ = durations.series("/never")
        registry.histogram("fstore_online_read_entities", help: "Entities asked for.", scale: .counts).observe(100)
        registry.register(
            CallbackMetric.info("fstore_build_info", help: "This build.", labels: [("version", "1.2.3")])
        )
        registry.register(
            CallbackMetric(
                MetricDescription("fstore_ratio", help: "A number.", kind: .gauge, labels: ["case"])
            ) {
                [(["nan"], .nan), (["inf"], .infinity), (["-inf"], -.infinity), (["tiny"], 1e-300), (["big"], 1e300)]
            }
        )
        registry.register(ProcessMetrics.collector)
        return registry
    }

    @Test(arguments: [ExpositionFormat.prometheus, .openMetrics])
    func `every family is well formed`(format: ExpositionFormat) {
        let text = ExpositionText(Self.example().render(format), format)
        #expect(text.problems == [])
        #expect(text.families.count == 12)
    }

    @Test(arguments: [ExpositionFormat.prometheus, .openMetrics])
    func `odd label values come back as they were`(format: ExpositionFormat) {
        let text = ExpositionText(Self.example().render(format), format)
        let family = text[format == .openMetrics ? "http_requests" : "http_requests_total"]
        #expect(family?.samples.map(\.name) == ["http_requests_total", "http_requests_total"])
        #expect(family?.samples.map(\.value) == [41, 1])
        #expect(family?.samples.last?.labels.map(\.name) == ["method", "endpoint", "status"])
        #expect(family?.samples.last?.labels.map(\.value) == ["POST", "a\"b\\c\nd\u{1F600}", "500"])
    }

    @Test func `help texts are escaped as each format wants it`() {
        let name = "fstore_http_requests_in_flight"
        let registry = Self.example()
        let old = ExpositionText(registry.render(.prometheus), .prometheus)[name]
        let new = ExpositionText(registry.render(.openMetrics), .openMetrics)[name]
        #expect(old?.help == #"With "quotes", \\ and\nlines."#)
        #expect(new?.help == #"With \"quotes\", \\ and\nlines."#)
        #expect(old?.samples.first?.value == -3)
    }

    @Test func `a histogram of durations is in seconds`() throws {
        let text = ExpositionText(Self.example().render(.prometheus), .prometheus)
        let family = try #require(text["fstore_http_request_duration_seconds"])
        let samples = family.samples.filter { $0.series == "endpoint=/a" }
        #expect(samples.first?.bound == "5e-06")
        // 1, 2, … 4096 ns.
        #expect(samples.first?.value == 13)
        #expect(samples.first { $0.name.hasSuffix("_sum") }?.value == 68.719476735)
        #expect(samples.first { $0.name.hasSuffix("_count") }?.value == 36)
        #expect(family.samples.filter { $0.series == "endpoint=/never" }.allSatisfy { $0.value == 0 })
    }

    @Test func `types and units stand where OpenMetrics wants them`() {
        let text = String(decoding: Self.example().render(.openMetrics), as: UTF8.self)
        #expect(text.contains("# TYPE fstore_build info\n"))
        #expect(text.contains("\nfstore_build_info{version=\"1.2.3\"} 1\n"))
        #expect(text.contains("# UNIT process_cpu_seconds seconds\n"))
        #expect(text.contains("# UNIT process_resident_memory_bytes bytes\n"))
        #expect(!String(decoding: Self.example().render(.prometheus), as: UTF8.self).contains("# UNIT"))
    }

    @Test(arguments: [
        (SampleValue.unsigned(.max), "18446744073709551615"), (.signed(.min), "-9223372036854775808"),
        (.real(0), "0"), (.real(-0.5), "-0.5"), (.real(3e9), "3000000000"), (.real(.nan), "NaN"),
        (.real(.infinity), "+Inf"), (.real(-.infinity), "-Inf"), (.real(1e300), "1e+300"),
        (.nanoseconds(0), "0"), (.nanoseconds(1), "0.000000001"), (.nanoseconds(2_500_000_000), "2.5"),
        (.nanoseconds(.max), "18446744073.709551615"), (.nanoseconds(60_000_000_000), "60"),
    ])
    func `numbers are exact`(value: SampleValue, text: String) {
        #expect(value.text == text)
    }
}
