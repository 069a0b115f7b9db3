internal import FStoreLMDB

/// Every feature of the store at one moment: immutable, replaced after a change by one that shares what has not
/// changed.
final class FeatureRegistry: Sendable {
    /// Counts changes of the table `features`.
    let generation: UInt64
    /// Numbers without a live feature have a rule that is not live.
    let rules: RuleTable
    /// Numbers of deleted and erased features whose cells wait to be reclaimed.
    let doomed: Set<UInt32>
    /// Records that cannot be read, by feature number. The rest of the store can.
    let damaged: [UInt32: Corruption]
    private let boxes: [UInt32: Box]
    /// Numbers of live features in the order of their definition.
    private let order: [UInt32]
    private let byID: [FeatureID: UInt32]
    private let byName: [NameKey: UInt32]

    /// One record behind one pointer, so that copying a dictionary of them is cheap.
    private final class Box: Sendable {
        let record: FeatureRecord
        init(_ record: FeatureRecord) { self.record = record }
    }

    /// Names are compared byte for byte, which `String` does not do.
    private struct NameKey: Hashable {
        var space: UInt32
        var name: [UInt8]

        init(_ name: String, space: UInt32) {
            self.space = space
            self.name = Array(name.utf8)
        }
    }

    /// No features.
    init() {
        generation = 0
        damaged = [:]
        (rules, doomed, boxes, order, byID, byName) = (RuleTable(), [], [:], [], [:], [:])
    }

    /// `base` with records replaced, added and removed.
    private init(
        _ base: FeatureRegistry,
        generation: UInt64,
        changed: [FeatureRecord],
        removed: [UInt32],
        damaged: [UInt32: Corruption]
    ) {
        self.generation = generation
        self.damaged = damaged
        var (rules, doomed, boxes, order) = (base.rules, base.doomed, base.boxes, base.order)
        var (byID, byName) = (base.byID, base.byName)
        for number in removed {
            boxes[number] = nil
            doomed.remove(number)
        }
        rules.remove(removed)
        let hasAppeared = changed.contains { !$0.isDoomed && base.boxes[$0.number] == nil }
        let hasVanished = changed.contains { $0.isDoomed && !base.doomed.contains($0.number) }
        // Those that go come first: an erased feature gives its identity and its name to its new number.
        for record in changed.sorted(by: { $0.isDoomed && !$1.isDoomed }) {
            boxes[record.number] = Box(record)
            rules.set(record.rule, for: record.number)
            let name = NameKey(record.feature.name, space: record.feature.handle.space)
            if record.isDoomed {
                doomed.insert(record.number)
                if byID[record.feature.id] == record.number { byID[record.feature.id] = nil }
                if byName[name] == record.number { byName[name] = nil }
            } else {
                byID[record.feature.id] = record.number
                byName[name] = record.number
                if base.boxes[record.number] == nil { order.append(record.number) }
            }
        }
        if hasVanished { order.removeAll { doomed.contains($0) } }
        if hasAppeared { Self.sort(&order, boxes) }
        (self.rules, self.doomed, self.boxes, self.order) = (rules, doomed, boxes, order)
        (self.byID, self.byName) = (byID, byName)
    }

    /// By time of creation: erasing moves a feature to a new number, and it keeps its place. Most often what is new
    /// belongs at the end already.
    private static func sort(_ order: inout [UInt32], _ boxes: [UInt32: Box]) {
        func key(_ number: UInt32) -> (Timestamp, UInt32) {
            (boxes[number]?.record.feature.created ?? .earliest, number)
        }
        var isSorted = true
        for position in order.indices.dropFirst().reversed() where key(order[position - 1]) > key(order[position]) {
            isSorted = false
            break
        }
        if !isSorted { order.sort { key($0) < key($1) } }
    }

    /// The registry after a change, with the counter one up.
    func changing(_ changed: [FeatureRecord], removing removed: [UInt32] = []) -> FeatureRegistry {
        FeatureRegistry(self, generation: generation + 1, changed: changed, removed: removed, damaged: damaged)
    }

    /// Reads every record that `walk` finds in `features`.
    convenience init(generation: UInt64, walk: Cursor) throws(ReadError) {
        var records: [FeatureRecord] = []
        var damaged: [UInt32: Corruption] = [:]
        do throws(StorageError) {
            var entry = try walk.first()
            while let found = entry {
                do throws(Corruption) {
                    records.append(try FeatureRecord(found))
                } catch {
                    damaged[FeatureRecord.number(inKey: found.key)] = error
                }
                entry = try walk.next()
            }
        } catch {
            throw ReadError(error)
        }
        self.init(FeatureRegistry(), generation: generation, changed: records, removed: [], damaged: damaged)
    }

    /// Live features in the order of their definition.
    var features: [Feature] {
        order.compactMap { boxes[$0]?.record.feature }
    }

    /// How many live features there are.
    var count: Int { order.count }

    /// Every record, of doomed features too.
    var records: [FeatureRecord] { boxes.values.map(\.record) }

    func record(_ number: UInt32) -> FeatureRecord? {
        boxes[number]?.record
    }

    /// The rule of a live feature, or `nil`.
    @inline(__always)
    func rule(_ handle: FeatureHandle) -> FeatureRule? {
        let rule = rules[handle.number]
        return rule.isLive && rule.space == handle.space ? rule : nil
    }

    /// Whether a feature that is known to be live has neither ttl nor retention.
    @inline(__always)
    func isPlain(_ number: UInt32) -> Bool {
        rules[number].isPlain
    }

    func feature(number: UInt32) -> Feature? {
        guard let record = record(number), !record.isDoomed else { return nil }
        return record.feature
    }

    func feature(id: FeatureID) -> Feature? {
        byID[id].flatMap(feature(number:))
    }

    func feature(named name: String, space: UInt32) -> Feature? {
        byName[NameKey(name, space: space)].flatMap(feature(number:))
    }

    /// Names of features of one space, in the order of their definition: `limit` of them at most. Looks at ten times as
    /// many features of all spaces.
    func names(inSpace space: UInt32, limit: Int) -> [String] {
        var names: [String] = []
        for number in order.prefix(10 * limit) {
            guard let feature = feature(number: number), feature.handle.space == space else { continue }
            names.append(feature.name)
            if names.count == limit { break }
        }
        return names
    }

    /// The spaces that have a feature of this name, in the order of their numbers. Looks at every feature.
    func spaces(withFeatureNamed name: String) -> [UInt32] {
        let bytes = Array(name.utf8)
        return byName.keys.filter { $0.name == bytes }.map(\.space).sorted()
    }

    func page(_ filter: FeatureFilter, offset: Int, limit: Int, newestFirst: Bool) -> FeaturePage {
        let prefix = filter.namePrefix.map { Array($0.utf8) } ?? []
        let matching = features.filter { feature in
            feature.handle.space == filter.space
                && filter.tags.allSatisfy(feature.definition.tags.contains)
                && (filter.owner.map { feature.definition.owner == $0 } ?? true)
                && feature.name.utf8.starts(with: prefix)
        }
        let range = newestFirst ? Array(matching.reversed().dropFirst(offset).prefix(limit)) : nil
        return FeaturePage(
            features: range ?? Array(matching.dropFirst(offset).prefix(limit)),
            total: matching.count
        )
    }
}
