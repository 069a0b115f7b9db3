import FStore
import FStoreTestSupport
import Testing

/// A list remembers that none of its features has a ttl or a retention. What is remembered must not outlive its truth.
@Suite("A list that is used again")
struct FeatureListTests {
    private let directory = TemporaryDirectory()
    private let entity: EntityID
    private let past = Timestamp(nanoseconds: 1_000_000_000)

    init() { entity = "e" }

    private func store(_ name: String, ttl: Duration? = nil) throws -> (FeatureStore, [FeatureHandle]) {
        let store = try FeatureStore(directory: directory.path(name))
        var handles: [FeatureHandle] = []
        for number in 0..<3 {
            let definition = FeatureDefinition(name: "feature \(number)", type: .float64, ttl: number == 1 ? ttl : nil)
            handles.append(try store.define(definition).handle)
            try store.put(.float64(Double(number)), of: handles[number], for: entity, at: past)
        }
        return (store, handles)
    }

    private func statuses(_ store: FeatureStore, _ list: FeatureList) throws -> [Status] {
        try store.values(of: list, for: entity).map(\.status)
    }

    private func numbers(_ store: FeatureStore, _ list: FeatureList) throws -> [Double] {
        try store.numbers(of: list, for: entity, missing: -1)
    }

    @Test func `notices a ttl that is set later, and one that is taken away`() throws {
        let (store, handles) = try store("store")
        let list = FeatureList(handles)
        #expect(try statuses(store, list) == [.present, .present, .present])
        try store.update(handles[1], FeatureUpdate(ttl: .seconds(1)))
        #expect(try statuses(store, list) == [.present, .expired, .present])
        #expect(try numbers(store, list) == [0, -1, 2])
        try store.update(handles[1], FeatureUpdate(ttl: .some(nil)))
        #expect(try statuses(store, list) == [.present, .present, .present])
        #expect(try numbers(store, list) == [0, 1, 2])
        store.close()
    }

    @Test func `notices that a feature is gone`() throws {
        let (store, handles) = try store("store")
        let list = FeatureList(handles)
        #expect(try numbers(store, list) == [0, 1, 2])
        try store.delete(handles[2])
        #expect(throws: ReadError.unknownFeature) { try statuses(store, list) }
        #expect(throws: ReadError.unknownFeature) { try numbers(store, list) }
        store.close()
    }

    @Test func `does not take what it knows of one store to another`() throws {
        let (first, handles) = try store("first")
        let (second, others) = try store("second", ttl: .seconds(1))
        try #require(handles == others)
        let list = FeatureList(handles)
        for _ in 0..<3 {
            #expect(try statuses(first, list) == [.present, .present, .present])
            #expect(try statuses(second, list) == [.present, .expired, .present])
        }
        first.close()
        second.close()
    }

    /// Numbers are read on a way of their own where all features are plain; what it skips must stay what it was.
    @Test func `writes the same numbers with a ttl and without one`() throws {
        let (store, handles) = try store("store")
        let asked = FeatureList([handles[2], handles[0], handles[2], handles[1]])
        #expect(try numbers(store, asked) == [2, 0, 2, 1])
        try store.update(handles[1], FeatureUpdate(ttl: .seconds(4_000_000_000)))
        #expect(try numbers(store, asked) == [2, 0, 2, 1])
        store.close()
    }
}
