import FStoreCatalog
import FStoreIdentity
import FStoreTestSupport
import Testing

@Suite("What operators set")
struct ServerSettingsTests {
    @Test func `maintenance begins, gets another message, and ends`() async throws {
        let fixture = try await CatalogFixture()
        let catalog = fixture.catalog
        #expect(try await catalog.serverSettings().maintenance == nil)
        let began = fixture.clock.now
        let first = try #require(try await catalog.setMaintenance(message: "a \"disk\" é", by: .server))
        #expect(first.message == "a \"disk\" é" && first.since == began)
        fixture.clock.tick()
        _ = try await catalog.setMaintenance(message: "two disks", by: .server)
        let second = try #require(try await fixture.second().serverSettings().maintenance)
        #expect(second.message == "two disks" && second.since == began)
        #expect(try await catalog.setMaintenance(message: nil, by: .server) == nil)
        #expect(try await catalog.serverSettings().maintenance == nil)
        fixture.clock.tick()
        #expect(try await catalog.setMaintenance(message: "again", by: .server)?.since == fixture.clock.now)
        let trail = try await fixture.trail("maintenance.set", isOurs: false)
        #expect(trail.count == 4 && trail.allSatisfy { $0.hasPrefix("maintenance.set server") })
        #expect(trail[0].contains(#""enabled":"true","message":"a \"disk\" é""#))
        #expect(trail[2].contains(#"{"enabled":"false"}"#))
    }

    @Test func `limits of operations and keys are set together or not at all`() async throws {
        let fixture = try await CatalogFixture()
        let catalog = fixture.catalog
        let key = try await fixture.key("laptop")
        try await catalog.setRateLimits(
            operations: ["listFeatures": .perMinute(10), "createFeature": .unlimited],
            keys: [key.id: .perMinute(7)],
            by: .server
        )
        let set: [String: Quota] = ["listFeatures": .perMinute(10), "createFeature": .unlimited]
        #expect(try await catalog.serverSettings().operationLimits == set)
        #expect(try await catalog.key(key.id, organization: fixture.ours).quota == .perMinute(7))
        #expect(try await catalog.keysWithLimits(count: 9).items.map(\.id) == [key.id])
        await #expect(throws: CatalogError.unknownKey("key_none")) {
            try await catalog.setRateLimits(
                operations: ["listFeatures": .perMinute(1)],
                keys: ["key_none": .perMinute(1)],
                by: .server
            )
        }
        #expect(try await catalog.serverSettings().operationLimits == set)
        try await catalog.setRateLimits(operations: ["listFeatures": .standard], keys: [key.id: .standard], by: .server)
        #expect(try await catalog.serverSettings().operationLimits == ["createFeature": .unlimited])
        #expect(try await catalog.keysWithLimits(count: 9).total == 0)
        let trail = try await fixture.trail("rate_limit.set", isOurs: false)
        #expect(trail.count == 5 && trail.contains(#"rate_limit.set \#(key.id) {"limit":"7"}"#))
    }
}
