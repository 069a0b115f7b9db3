import FStoreTelemetry
import Glibc
import Testing

@Suite("Process metrics")
struct ProcessMetricsTests {
    private func values() throws -> [String: Double] {
        let registry = MetricsRegistry()
        registry.register(ProcessMetrics.collector)
        let text = ExpositionText(registry.render(.prometheus), .prometheus)
        #expect(text.problems == [])
        return Dictionary(
            uniqueKeysWithValues: text.families.compactMap { family in
                family.samples.first.map { (family.name, $0.value) }
            }
        )
    }

    @Test func `the figures are plausible`() throws {
        let values = try values()
        #expect(values.count == 6)
        let now = Double(time(nil))
        let start = try #require(values["process_start_time_seconds"])
        #expect(start <= now + 2 && start > now - 24 * 3600)
        let resident = try #require(values["process_resident_memory_bytes"])
        #expect(resident > 1e6 && resident < 64e9)
        #expect(try #require(values["process_virtual_memory_bytes"]) >= resident)
        #expect(try #require(values["process_open_fds"]) >= 1)
        #expect(try #require(values["process_max_fds"]) >= 64)
    }

    @Test func `work shows in the processor time`() throws {
        let before = try #require(try values()["process_cpu_seconds_total"])
        let begin = clock()
        var number: UInt64 = 1
        // 50 ms of this process: five ticks.
        while clock() - begin < 50_000 { number = number &* 6_364_136_223_846_793_005 &+ 1 }
        #expect(number != 0)
        let after = try #require(try values()["process_cpu_seconds_total"])
        #expect(after >= before + 0.03)
    }

    @Test func `open descriptors are counted without the ones of counting`() async {
        // Alone in a process: other tests open and close files meanwhile.
        await #expect(processExitsWith: .success) {
            func count() -> Double {
                let registry = MetricsRegistry()
                registry.register(ProcessMetrics.collector)
                let text = ExpositionText(registry.render(.prometheus), .prometheus)
                return text["process_open_fds"]?.samples.first?.value ?? -1
            }
            // The test library opens and closes files of its own now and then, here too: one quiet moment is enough.
            var isRight = false
            for _ in 0..<100 where !isRight {
                let before = Int(count())
                var actual = 0
                for descriptor in 0..<Int32(131_072) where fcntl(descriptor, F_GETFD) >= 0 { actual += 1 }
                let added = (0..<10).map { _ in dup(2) }
                isRight = before == actual && Int(count()) == before + 10
                for descriptor in added { close(descriptor) }
            }
            precondition(isRight)
        }
    }
}
