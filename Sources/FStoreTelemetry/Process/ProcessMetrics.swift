/// What the operating system knows about this process, under the names that every scraper knows.
///
/// A value that cannot be read is left out: a measurement must not stop a server.
package enum ProcessMetrics {
    /// The families, read anew at each scrape.
    package static var collector: CallbackGroup {
        let start = ProcessReading.startTime()
        return CallbackGroup([
            MetricDescription(
                "process_cpu_seconds_total",
                help: "Time on the processors, user and system, in seconds.",
                kind: .counter
            ),
            MetricDescription("process_resident_memory_bytes", help: "Memory in RAM in bytes.", kind: .gauge),
            MetricDescription("process_virtual_memory_bytes", help: "Address space in bytes.", kind: .gauge),
            MetricDescription("process_open_fds", help: "File descriptors in use.", kind: .gauge),
            MetricDescription("process_max_fds", help: "File descriptors allowed.", kind: .gauge),
            MetricDescription(
                "process_start_time_seconds",
                help: "Start of the process in seconds since 1970 UTC.",
                kind: .gauge
            ),
        ]) {
            let usage = ProcessReading.usage()
            return [
                usage?.processorSeconds, usage?.residentBytes, usage?.virtualBytes, ProcessReading.openDescriptors(),
                ProcessReading.allowedDescriptors(), start,
            ]
        }
    }
}
