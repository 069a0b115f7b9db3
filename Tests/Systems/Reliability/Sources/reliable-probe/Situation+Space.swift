internal import FStore
internal import Glibc

extension Situation {
    /// The map is full: an error for the writer, never for readers. The way back is a larger map, or fewer values.
    func fullMap() throws -> String {
        let store = try open { $0.mapSize = 1 << 20 }
        let feature = try store.define(FeatureDefinition(name: "text", type: .string)).handle
        let (count, error) = try fill(store, feature, from: 0)
        try Self.require(error == .mapFull(bytes: 1 << 20), "the error was: \(error)")
        try check(store, feature, count: count)
        // Reopened with the same map it is still full, and says so.
        store.close()
        let again = try open { $0.mapSize = 1 << 20 }
        try check(again, feature, count: count)
        again.close()
        let larger = try open { $0.mapSize = 1 << 21 }
        let (all, _) = try fill(larger, feature, from: count)
        try Self.require(all > count + count / 2, "with a map of twice the size only \(all - count) more fit")
        try check(larger, feature, count: all)
        for number in all / 2..<all { try larger.erase(Self.entity(number)) }
        let (refilled, _) = try fill(larger, feature, from: all / 2)
        try Self.require(refilled > all * 3 / 4, "after erasing a half only \(refilled - all / 2) fit again")
        try check(larger, feature, count: refilled)
        larger.close()
        return "\(count) values, then \"\(error)\"; twice the map took \(all), erasing a half made room for as many"
    }

    /// The disk is full, because of a file of somebody else. The way back is room: no restart is needed.
    func fullDisk() throws -> String {
        let store = try open()
        let feature = try store.define(FeatureDefinition(name: "text", type: .string)).handle
        let (count, error) = try fill(store, feature, from: 0)
        try Self.require(error == .diskFull, "the error was: \(error)")
        try check(store, feature, count: count)
        let (same, again) = try fill(store, feature, from: count)
        try Self.require(same == count && again == .diskFull, "the second error was: \(again)")
        try Self.require(unsafe unlink(ballast) == 0, "the file in the way could not be removed")
        try store.put(Self.value(count), of: feature, for: Self.entity(count), at: Timestamp(nanoseconds: 0))
        let (more, _) = try fill(store, feature, from: count + 1)
        try check(store, feature, count: more)
        store.close()
        let reopened = try open()
        try check(reopened, feature, count: more)
        reopened.close()
        return "\(count) values, then \"\(error)\"; with room again \(more - count) more, without a restart"
    }

    /// The file may not grow (`ulimit -f`): writing stops, reads go on. The way back is a restart without the limit.
    func fileLimit() throws -> String {
        let store = try open()
        let feature = try store.define(FeatureDefinition(name: "text", type: .string)).handle
        let (count, error) = try fill(store, feature, from: 0)
        guard case .stopped = error else { throw Failure(description: "the error was: \(error)") }
        try check(store, feature, count: count)
        let (same, again) = try fill(store, feature, from: count)
        guard same == count, case .stopped = again else { throw Failure(description: "the second was: \(again)") }
        store.close()
        let reopened = try open()
        try check(reopened, feature, count: count)
        reopened.close()
        return "\(count) values, then \"\(error)\"; reopened, all were there"
    }
}
