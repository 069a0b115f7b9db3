internal import FStore
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreWire

/// The columns of requests that were asked before: a model asks for the same features each time. One for each event
/// loop.
final class ColumnCache {
    private struct Slot {
        var space: UInt32
        var generation: UInt64
        var text: [UInt8]
        var columns: OnlineRead.Columns
    }

    private static let capacity = 64
    private var slots: [Slot] = []
    private var next = 0

    /// The columns that this text of an array of names stands for.
    func columns(_ text: Span<UInt8>, space: UInt32, generation: UInt64) -> OnlineRead.Columns? {
        for index in slots.indices where slots[index].generation == generation && slots[index].space == space {
            let known = slots[index].text
            if known.span.isEqual(to: text) { return slots[index].columns }
        }
        return nil
    }

    func keep(_ columns: OnlineRead.Columns, for text: Span<UInt8>, space: UInt32, generation: UInt64) {
        var copy: [UInt8] = []
        for index in text.indices { copy.append(text[index]) }
        let slot = Slot(space: space, generation: generation, text: copy, columns: columns)
        if slots.count < Self.capacity {
            slots.append(slot)
        } else {
            slots[next] = slot
            next = (next + 1) % Self.capacity
        }
    }
}

/// The hot form of `POST /online/read`.
enum FastOnlineRead {
    /// Answers that the event loop gives at once; more take longer than other connections should wait.
    private static let maxCells = 5000
    /// The same for values as of a time: each of them is a search.
    private static let maxSearches = 1000

    /// What the body asks, as ranges of its bytes.
    private struct Question {
        var features: Range<Int>?
        var entities: [Range<Int>]?
        var time = PointInTime.latest
        var hasAsOf = false
        var hasKnownAt = false
        var withTimes: Bool?
    }

    /// - Returns: `false` when the slow path has to answer.
    static func run(
        _ path: FastPath,
        _ bytes: Span<UInt8>,
        _ exchange: FastPath.Exchange,
        into output: JSONBuffer
    ) -> Bool {
        guard let question = read(bytes, now: exchange.time.now), let features = question.features,
            let entities = question.entities
        else { return false }
        let caller = exchange.caller
        do throws(ReadError) {
            return try path.values.read(for: caller) { snapshot throws(ReadError) in
                guard let columns = columns(path, bytes, features, caller, snapshot),
                    columns.list.count * entities.count <= (question.time == .latest ? maxCells : maxSearches)
                else { return false }
                snapshot.limitSteps(to: FastPath.maxSteps)
                let withTimes = question.withTimes ?? false
                if entities.count == 1 {
                    try path.onlineRead.write(
                        columns,
                        entity: bytes.extracting(entities[0]),
                        at: question.time,
                        withTimes: withTimes,
                        snapshot,
                        output
                    )
                } else {
                    guard let list = list(entities, bytes) else { return false }
                    try path.onlineRead.write(
                        columns,
                        entities: list,
                        at: question.time,
                        withTimes: withTimes,
                        snapshot,
                        output
                    )
                }
                return !path.onlineRead.isTooLarge(output)
            }
        } catch {
            return false
        }
    }

    private static func list(_ entities: [Range<Int>], _ bytes: Span<UInt8>) -> EntityList? {
        var names: [EntityID] = []
        names.reserveCapacity(entities.count)
        for range in entities {
            guard let text = PlainValue.text(bytes.extracting(range)), let entity = try? EntityID(text) else {
                return nil
            }
            names.append(entity)
        }
        return EntityList(names)
    }

    private static func columns(
        _ path: FastPath,
        _ bytes: Span<UInt8>,
        _ features: Range<Int>,
        _ caller: Principal,
        _ snapshot: borrowing Snapshot
    ) -> OnlineRead.Columns? {
        let text = bytes.extracting(features)
        let generation = snapshot.registryGeneration
        if let known = path.columns.columns(text, space: caller.space, generation: generation) {
            path.tally.hit()
            return known
        }
        path.tally.miss()
        var json = PlainJSON(text)
        guard json.take("[") else { return nil }
        var found: [ResolvedFeature] = []
        repeat {
            guard let name = json.string(), found.count < OnlineSchema.maxFeatures,
                let feature = path.names.feature(text.extracting(name), for: caller, in: snapshot)
            else { return nil }
            found.append(feature)
        } while json.take(",")
        let columns = OnlineRead.Columns(found)
        path.columns.keep(columns, for: text, space: caller.space, generation: generation)
        return columns
    }

    private static func read(_ bytes: Span<UInt8>, now: Timestamp) -> Question? {
        guard (try? UTF8Span(validating: bytes)) != nil else { return nil }
        var json = PlainJSON(bytes)
        var question = Question()
        guard json.take("{") else { return nil }
        repeat {
            guard let name = json.string(), json.take(":") else { return nil }
            let key = bytes.extracting(name)
            if key.isText(OnlineSchema.features.name), question.features == nil {
                guard let whole = strings(&json) else { return nil }
                question.features = whole
            } else if key.isText(OnlineSchema.entities.name), question.entities == nil {
                guard let entities = entities(&json), entities.count <= OnlineSchema.maxEntities else { return nil }
                for part in entities where !StoreLimits.entityBytes.contains(part.count) { return nil }
                question.entities = entities
            } else if key.isText(OnlineSchema.asOf.name), !question.hasAsOf {
                question.hasAsOf = true
                guard let scalar = json.scalar() else { return nil }
                if case .null = scalar { continue }
                guard case .string(let range) = scalar, let bound = PlainValue.bound(bytes.extracting(range), now: now)
                else { return nil }
                question.time.asOf = bound
            } else if key.isText(OnlineSchema.knownAt.name), !question.hasKnownAt {
                question.hasKnownAt = true
                guard let scalar = json.scalar() else { return nil }
                if case .null = scalar { continue }
                // `now` is no bound here, and left to the other path.
                guard case .string(let range) = scalar,
                    let bound = PlainValue.bound(bytes.extracting(range), now: .earliest), bound != .earliest
                else { return nil }
                question.time.knownAt = bound
            } else if key.isText(OnlineSchema.times.name), question.withTimes == nil {
                guard case .bool(let isWanted) = json.scalar() else { return nil }
                question.withTimes = isWanted
            } else {
                return nil
            }
        } while json.take(",")
        return json.take("}") && json.isAtEnd() ? question : nil
    }

    /// An array of at least one name of an entity: where each of them lies.
    private static func entities(_ json: inout PlainJSON) -> [Range<Int>]? {
        guard json.take("[") else { return nil }
        var parts: [Range<Int>] = []
        repeat {
            guard let part = json.entity() else { return nil }
            parts.append(part)
        } while json.take(",")
        return json.take("]") ? parts : nil
    }

    /// An array of at least one string: where it lies.
    private static func strings(_ json: inout PlainJSON) -> Range<Int>? {
        guard json.take("[") else { return nil }
        let start = json.position - 1
        repeat {
            if json.string() == nil { return nil }
        } while json.take(",")
        return json.take("]") ? start..<json.position : nil
    }
}
