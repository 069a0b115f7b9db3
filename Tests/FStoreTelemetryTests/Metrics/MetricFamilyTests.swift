import FStoreTelemetry
import Testing

@Suite("Metric families")
struct MetricFamilyTests {
    private let registry = MetricsRegistry()

    @Test func `the same labels give the same series`() {
        let family = registry.counters("fstore_a_total", help: "A.", labels: ["x", "y"])
        #expect(family.series("1", "2") === family.series("1", "2"))
        #expect(family.series("1", "2") !== family.series("2", "1"))
    }

    @Test func `series beyond the limit are added up in one more`() throws {
        let family = registry.counters("fstore_a_total", help: "A.", labels: ["x", "y"])
        family.series("other", "other").add(5)
        for number in 0..<1500 { family.series("\(number)", "z").add() }
        #expect(family.series("999", "z") !== family.series("1000", "z"))
        #expect(family.series("1000", "z") === family.series("1499", "z"))
        let text = ExpositionText(registry.render(.prometheus), .prometheus)
        #expect(text.problems == [])
        let samples = try #require(text["fstore_a_total"]).samples
        #expect(samples.count == 1001)
        #expect(samples.filter { $0.labels.allSatisfy { $0.value == "other" } }.map(\.value) == [505])
    }

    @Test func `many may ask for series at once`() async {
        let family = registry.counters("fstore_a_total", help: "A.", labels: ["x"])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for number in 0..<2000 { family.series("\(number % 100)").add() } }
            }
        }
        for number in 0..<100 { #expect(family.series("\(number)").value == 160) }
    }

    @Test func `a callback is asked at each scrape`() {
        let level = Gauge()
        registry.register(
            CallbackMetric(MetricDescription("fstore_level", help: "Level.", kind: .gauge)) {
                level.value == 0 ? nil : Double(level.value) / 2
            }
        )
        #expect(value("fstore_level") == nil)
        level.set(5)
        #expect(value("fstore_level") == 2.5)
        level.set(-6)
        #expect(value("fstore_level") == -3)
    }

    @Test func `a callback with labels shows each of them once, and not without end`() {
        let description = MetricDescription("fstore_age_seconds", help: "Age.", kind: .gauge, labels: ["feature"])
        registry.register(
            CallbackMetric(description) {
                [(["a"], 1), (["a"], 2), ([], 3)] + (0..<2000).map { (["\($0)"], 4) }
            }
        )
        let text = ExpositionText(registry.render(.prometheus), .prometheus)
        #expect(text.problems == [])
        #expect(text["fstore_age_seconds"]?.samples.count == 998)
        #expect(text["fstore_age_seconds"]?.samples.first?.value == 1)
    }

    @Test func `names that the formats do not allow stop the program`() async {
        await #expect(processExitsWith: .failure) { _ = MetricDescription("a b", help: "A.", kind: .gauge) }
        await #expect(processExitsWith: .failure) { _ = MetricDescription("fstore_a", help: "A.", kind: .counter) }
        await #expect(processExitsWith: .failure) { _ = MetricDescription("fstore_a_count", help: "A.", kind: .gauge) }
        await #expect(processExitsWith: .failure) {
            let registry = MetricsRegistry()
            _ = registry.counter("fstore_a_total", help: "A.")
            // Both are the family fstore_a of OpenMetrics.
            _ = registry.gauge("fstore_a", help: "A.")
        }
        await #expect(processExitsWith: .success) {
            let registry = MetricsRegistry()
            _ = registry.counter("fstore_a_total", help: "A.")
            _ = registry.gauge("fstore_b", help: "B.")
        }
    }

    private func value(_ name: String) -> Double? {
        ExpositionText(registry.render(.openMetrics), .openMetrics)[name]?.samples.first?.value
    }
}
