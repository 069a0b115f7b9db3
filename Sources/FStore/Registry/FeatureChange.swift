internal import FStoreLMDB

/// Changes to the table `features`, each in one transaction on the writer's thread.
struct FeatureChange {
    private let writer: Writer

    init(_ writer: Writer) {
        self.writer = writer
    }

    /// Defines all or none.
    func define(_ definitions: [FeatureDefinition], mustBeNew: Bool) throws(WriteError) -> [Feature] {
        var added: [Feature] = []
        let defined: [Feature] = try changing(.ordinary) { transaction, registry in
            // A record that cannot be read may have the name that is asked for.
            if let corruption = registry.damaged.values.first { throw WriteError.corrupted(corruption) }
            let existing = try definitions.map { try existingFeature($0, registry, mustBeNew: mustBeNew) }
            let newCount = existing.count { $0 == nil }
            do throws(LimitError) {
                try LimitError.check(.features, registry.count + newCount, in: StoreLimits.features)
            } catch {
                throw WriteError.limit(error)
            }
            var generator = SystemRandomNumberGenerator()
            let now = writer.options.clock()
            // A program that defines its features at every start writes nothing at the second one.
            var number = newCount == 0 ? 0 : try takeNumbers(newCount, transaction)
            var names: [UInt32: Set<[UInt8]>] = [:]
            var features: [Feature] = []
            for (definition, known) in zip(definitions, existing) {
                let isFirst = names[definition.space, default: []].insert(Array(definition.name.utf8)).inserted
                if !isFirst { throw WriteError.duplicateName(definition.name) }
                if let known {
                    features.append(known)
                    continue
                }
                let handle = FeatureHandle(space: definition.space, number: number)
                let id = FeatureID.random(using: &generator)
                let feature = Feature(id: id, handle: handle, definition: definition, created: now, updated: now)
                features.append(feature)
                added.append(feature)
                number += 1
            }
            return (features, added.map { FeatureRecord(feature: $0) })
        }
        writer.publish(added.map { .defined($0) })
        return defined
    }

    /// The feature that has the name of `definition` already; `nil` when the name is free.
    private func existingFeature(
        _ definition: FeatureDefinition,
        _ registry: FeatureRegistry,
        mustBeNew: Bool
    ) throws(WriteError) -> Feature? {
        guard let known = registry.feature(named: definition.name, space: definition.space) else { return nil }
        if mustBeNew { throw .duplicateName(definition.name) }
        if let difference = known.definition.difference(from: definition) {
            throw .definitionDiffers(
                name: definition.name,
                member: difference.member,
                existing: difference.existing,
                given: difference.given
            )
        }
        return known
    }

    func update(
        _ handle: FeatureHandle,
        _ update: FeatureUpdate,
        expecting updated: Timestamp? = nil
    ) throws(WriteError) -> Feature {
        try finishOldRetention(handle, update, expecting: updated)
        // A limit that is tightened makes room, so it may take what is kept back for that.
        let changed: Feature = try changing(update.retention == nil ? .ordinary : .reclaiming) { _, registry in
            var record = try liveRecord(handle, registry)
            try record.check(updated)
            let old = record.feature.definition.retention
            let now = writer.options.clock()
            record.feature.definition.apply(update)
            // Never the same moment twice, so that whoever has seen the old one can tell.
            let last = record.feature.updated
            record.feature.updated = max(now, Timestamp(nanoseconds: last.nanoseconds &+ 1))
            try FeatureCheck.checkAllButName(record.feature.definition)
            if let maxAge = old.maxAge, Self.isLooser(record.feature.definition.retention.maxAge, than: maxAge) {
                // What the old limit hides now stays hidden.
                let hidden = now.advanced(by: .zero - maxAge)
                record.ageFloor = max(record.ageFloor, hidden.nanoseconds)
            }
            return (record.feature, [record])
        }
        writer.publish([.updated(changed)])
        return changed
    }

    func delete(_ handle: FeatureHandle, expecting updated: Timestamp? = nil) throws(WriteError) {
        let deleted: Feature = try changing(.reclaiming) { _, registry in
            var record = try liveRecord(handle, registry)
            try record.check(updated)
            record.isDoomed = true
            return (record.feature, [record])
        }
        writer.schedule(.reclaim(handle.number))
        writer.publish([.deleted(deleted)])
    }

    /// The definition moves to a new number, so that all values are out of reach with one commit.
    func erase(_ handle: FeatureHandle) throws(WriteError) -> Feature {
        let erased: Feature = try changing(.reclaiming) { transaction, registry in
            var record = try liveRecord(handle, registry)
            let feature = Feature(
                id: record.feature.id,
                handle: FeatureHandle(space: handle.space, number: try takeNumbers(1, transaction)),
                definition: record.feature.definition,
                created: record.feature.created,
                updated: record.feature.updated
            )
            record.isDoomed = true
            return (feature, [record, FeatureRecord(feature: feature)])
        }
        writer.schedule(.reclaim(handle.number))
        writer.publish([.valuesErased(erased)])
        return erased
    }

    // MARK: Steps

    /// Runs `body` and stores the records that it has changed.
    @discardableResult
    private func changing<Result>(
        _ purpose: WritePurpose,
        _ body: (borrowing WriteTransaction, FeatureRegistry) throws -> (Result, [FeatureRecord])
    ) throws(WriteError) -> Result {
        try writer.change(purpose) { transaction, registry throws(WriteError) in
            do {
                if purpose == .ordinary {
                    let last = try transaction.lastCommit(writer.tables)
                    try writer.noteTime(writer.believedTime(last, in: transaction), in: transaction)
                }
                let (result, changed) = try body(transaction, registry)
                return (result, changed.isEmpty ? nil : try writer.store(changed, over: registry, in: transaction))
            } catch {
                throw writer.failure(any: error)
            }
        }
    }

    private func liveRecord(_ handle: FeatureHandle, _ registry: FeatureRegistry) throws(WriteError) -> FeatureRecord {
        guard registry.rule(handle) != nil, let record = registry.record(handle.number) else { throw .unknownFeature }
        return record
    }

    /// Numbers are given once and never again, also after a feature is gone.
    private func takeNumbers(_ count: Int, _ transaction: borrowing WriteTransaction) throws -> UInt32 {
        let next = try transaction.nextFeature(writer.tables)
        try transaction.putNextFeature(next + UInt32(count), writer.tables)
        return next
    }

    /// Loosening a limit by count, or keeping the newest: what the old one had hidden is removed first, once the update
    /// is known to be allowed.
    private func finishOldRetention(
        _ handle: FeatureHandle,
        _ update: FeatureUpdate,
        expecting updated: Timestamp?
    ) throws(WriteError) {
        guard let retention = update.retention else { return }
        let isLoosened = try writer.change(.reclaiming) { _, registry throws(WriteError) in
            let record = try liveRecord(handle, registry)
            try record.check(updated)
            var definition = record.feature.definition
            let old = definition.retention
            definition.apply(update)
            try FeatureCheck.check(definition)
            // Values that the age has hidden must not come back because the newest is kept from now on.
            let keepsAnew = retention.keepLatest && !old.keepLatest && record.rule.oldestKept(at: .last) > .min
            return (keepsAnew || retention.maxVersions ?? .max > old.maxVersions ?? .max, nil)
        }
        guard isLoosened else { return }
        var sweep = RetentionSweep(handle)
        while try !sweep.slice(writer) {}
    }

    private static func isLooser(_ new: Duration?, than old: Duration) -> Bool {
        guard let new else { return true }
        return new > old
    }
}

extension FeatureDefinition {
    mutating func apply(_ update: FeatureUpdate) {
        if let description = update.description { self.description = description }
        if let owner = update.owner { self.owner = owner }
        if let tags = update.tags { self.tags = tags }
        if let source = update.source { self.source = source }
        if let ttl = update.ttl { self.ttl = ttl }
        if let retention = update.retention { self.retention = retention }
    }
}
