import FStoreCatalog
import FStoreIdentity
import FStoreSecurity
import FStoreTestSupport
import Testing

@Suite("Sessions")
struct SessionTests {
    private static let hour: Int64 = 3_600_000_000_000

    private static func begin(_ fixture: CatalogFixture) async throws -> (session: Session, token: OpaqueToken) {
        fixture.clock.tick()
        let token = OpaqueToken.generate(.refresh)
        let session = try await fixture.catalog.beginSession(
            of: fixture.user,
            lifetime: hour,
            token: token.digest,
            by: .user(fixture.user)
        )
        return (session, token)
    }

    private static func refresh(_ fixture: CatalogFixture, _ token: OpaqueToken) async throws -> OpaqueToken? {
        let successor = OpaqueToken.generate(.refresh)
        let outcome = try await fixture.catalog.refreshSession(
            token: token.digest,
            successor: successor.digest,
            by: .stranger
        )
        if case .refreshed = outcome { return successor }
        return nil
    }

    @Test func `a refresh token is good once, and its second coming ends the session`() async throws {
        let fixture = try await CatalogFixture()
        let (session, first) = try await Self.begin(fixture)
        let second = try #require(try await Self.refresh(fixture, first))
        #expect(try await fixture.catalog.liveSessions().map(\.id) == [session.id])
        #expect(try await Self.refresh(fixture, first) == nil)
        #expect(try await Self.refresh(fixture, second) == nil)
        #expect(try await fixture.catalog.liveSessions().isEmpty)
        let told = #"session.reuse \#(session.id) {"user":"\#(fixture.user.publicID)"}"#
        #expect(try await fixture.trail("session.reuse") == [told])
    }

    @Test func `a session ends with its time, and refreshing does not put that off`() async throws {
        let fixture = try await CatalogFixture()
        var (session, token) = try await Self.begin(fixture)
        for _ in 0..<5 {
            fixture.clock.advance(Self.hour / 6)
            token = try #require(try await Self.refresh(fixture, token))
        }
        #expect(try await fixture.catalog.liveSessions().map(\.expires) == [session.expires])
        fixture.clock.advance(Self.hour / 6)
        #expect(try await Self.refresh(fixture, token) == nil)
        #expect(try await fixture.catalog.liveSessions().isEmpty)
        try await fixture.catalog.removeSessions(endedBefore: fixture.clock.now + 1)
        session = try await Self.begin(fixture).session
        #expect(try await fixture.catalog.liveSessions().map(\.id) == [session.id])
    }

    @Test func `a session of another organization cannot be ended`() async throws {
        let fixture = try await CatalogFixture()
        let (session, _) = try await Self.begin(fixture)
        await #expect(throws: CatalogError.notFound) {
            try await fixture.catalog.endSession(session.id, organization: fixture.theirs, by: .server)
        }
        await #expect(throws: CatalogError.notFound) {
            _ = try await fixture.catalog.endSessions(
                ofUser: fixture.user.id,
                organization: fixture.theirs,
                by: .server
            )
        }
        #expect(try await fixture.catalog.liveSessions().count == 1)
        try await fixture.catalog.endSession(session.id, organization: fixture.ours, by: .server)
        #expect(try await fixture.catalog.liveSessions().isEmpty)
    }

    @Test func `a new password ends the sessions but the one that it was set in`() async throws {
        let fixture = try await CatalogFixture()
        let (kept, other) = (try await Self.begin(fixture), try await Self.begin(fixture))
        try await fixture.catalog.setPassword(
            "hash",
            ofUser: fixture.user.id,
            organization: fixture.ours,
            keeping: kept.session.id,
            by: .server
        )
        #expect(try await fixture.catalog.liveSessions().map(\.id) == [kept.session.id])
        #expect(try await Self.refresh(fixture, other.token) == nil)
        #expect(try await fixture.catalog.login("ADA")?.user.id == fixture.user.id)
        // Another ada could not be told from this one.
        await #expect(throws: CatalogError.nameTaken("ada")) {
            try await fixture.catalog.setPassword(
                "hash",
                ofUser: fixture.foreigner.id,
                organization: fixture.theirs,
                keeping: nil,
                by: .server
            )
        }
    }

    @Test func `of the keys of tokens the newest two are kept`() async throws {
        let fixture = try await CatalogFixture()
        for number in UInt8(1)...4 {
            fixture.clock.tick()
            let newest = try await fixture.catalog.tokenKeys().first?.id
            try await fixture.catalog.addTokenKey(behind: newest, by: .server) { _ in [number] }
        }
        #expect(try await fixture.catalog.tokenKeys().map(\.sealed) == [[4], [3]])
        // Of two that rotate at once one does.
        try await fixture.catalog.addTokenKey(behind: "tok_old", by: .server) { _ in [5] }
        #expect(try await fixture.catalog.tokenKeys().map(\.sealed) == [[4], [3]])
    }
}
