import FStoreTelemetry
import Logging
import Testing

@testable import FStoreHTTP

@Suite("A server whose connections are all taken")
struct AdmissionTests {
    /// The story: the system accepts several connections at once, so that four more than the limit were open. One gave
    /// its place, nobody was asked for another, and a client with a key waited for ever.
    @Test func `asks for places until there is one`() {
        var limits = ServerLimits()
        limits.connections = 2
        let metrics = RequestMetrics([], in: MetricsRegistry())
        let admission = Admission(limits, metrics: metrics, logger: Logger(label: "test"))
        let listener = Admission.Listener(admission: admission)
        for _ in 0..<6 { listener.connectionOpened() }
        let place = admission.enter(nil)
        var given = 0
        while !listener.isAcceptingNewConnections(), place.isWanted, place.give() {
            given += 1
            listener.connectionClosed()
        }
        #expect(listener.isAcceptingNewConnections())
        #expect(given == 5)
        #expect(!place.isWanted)
    }
}
