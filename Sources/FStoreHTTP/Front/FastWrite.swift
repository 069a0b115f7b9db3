internal import FStore
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreWire

/// The hot forms of writing: one value, and rows of values.
enum FastWrite {
    /// A batch that was committed or refused, with what its answer needs.
    struct Result: Sendable {
        let outcome: Swift.Result<CommitReceipt, WriteError>
        let exchange: FastPath.Exchange
        let path: String
        fileprivate let content: Content

        func write(_ receipt: CommitReceipt, to output: JSONBuffer) {
            switch content {
            case .one(let feature, let entity, let value, let time):
                WrittenJSON.append(
                    feature,
                    entity: entity.text.utf8Span.span,
                    value,
                    at: time,
                    receipt,
                    to: output
                )
            case .rows(let count): WrittenJSON.append(receipt, rows: count, to: output)
            }
        }
    }

    fileprivate enum Content: Sendable {
        case one(ResolvedFeature, EntityID, FeatureValue, Timestamp)
        case rows(Int)
    }

    private static let maxRowValues = 64

    /// `{"entity_id":…,"value":…,"timestamp":…}`
    static func one(
        _ fast: FastPath,
        _ reference: Span<UInt8>,
        _ bytes: Span<UInt8>,
        path: Span<UInt8>,
        _ exchange: FastPath.Exchange,
        _ complete: @escaping @Sendable (Result) -> Void
    ) -> HotOutcome {
        guard (try? UTF8Span(validating: bytes)) != nil, let form = ValueForm(bytes),
            let feature = feature(fast, reference, exchange),
            let value = PlainValue.value(form.value, bytes, as: feature.type),
            let text = PlainValue.text(bytes.extracting(form.entity)), let entity = try? EntityID(text)
        else { return .declined }
        var time = exchange.time.now
        if let range = form.time {
            guard let given = PlainValue.time(bytes.extracting(range)) else { return .declined }
            time = given
        }
        var batch = WriteBatch()
        do throws(WriteError) { try batch.put(value, of: feature.handle, for: entity, at: time) } catch {
            return .declined
        }
        return submit(fast, batch, exchange, path, .one(feature, entity, value, time), complete)
    }

    /// `{"rows":[{"entity_id":…,"timestamp":…,"values":{…}}]}`
    static func rows(
        _ fast: FastPath,
        _ bytes: Span<UInt8>,
        path: Span<UInt8>,
        _ exchange: FastPath.Exchange,
        _ complete: @escaping @Sendable (Result) -> Void
    ) -> HotOutcome {
        var batch = WriteBatch()
        let (caller, now) = (exchange.caller, exchange.time.now)
        guard let count = rows(bytes, fast.names, fast.values, for: caller, now: now, into: &batch) else {
            return .declined
        }
        return submit(fast, batch, exchange, path, .rows(count), complete)
    }

    private static func submit(
        _ fast: FastPath,
        _ batch: consuming WriteBatch,
        _ exchange: FastPath.Exchange,
        _ path: Span<UInt8>,
        _ content: Content,
        _ complete: @escaping @Sendable (Result) -> Void
    ) -> HotOutcome {
        let path = PlainValue.text(path) ?? ""
        let result: @Sendable (Swift.Result<CommitReceipt, WriteError>) -> Result = { outcome in
            Result(outcome: outcome, exchange: exchange, path: path, content: content)
        }
        fast.writeBegins()
        do throws(ValueService.Refusal) {
            try fast.values.submit(batch, for: exchange.caller) { outcome in complete(result(outcome)) }
        } catch {
            switch error {
            case .store(let error): complete(result(.failure(error)))
            case .quota:
                // The gate lets in while something is left, and refuses in front afterwards. Only what comes at the
                // same moment gets here, and is told so on the slow path.
                fast.writeEnded()
                return .declined
            }
        }
        return .writing
    }

    private static func feature(
        _ fast: FastPath,
        _ reference: Span<UInt8>,
        _ exchange: FastPath.Exchange
    ) -> ResolvedFeature? {
        let caller = exchange.caller
        do throws(ReadError) {
            return try fast.values.read(for: caller) { snapshot throws(ReadError) in
                fast.features.feature(reference, for: caller, in: snapshot)
            }
        } catch {
            return nil
        }
    }

    // MARK: Rows

    /// Rows of the plainest form as a batch; `nil`, with the batch half filled, when the strict reader has to decide.
    static func rows(
        _ bytes: Span<UInt8>,
        _ names: FeatureCache,
        _ values: ValueService,
        for caller: Principal,
        now: Timestamp,
        into batch: inout WriteBatch
    ) -> Int? {
        guard (try? UTF8Span(validating: bytes)) != nil else { return nil }
        do throws(ReadError) {
            return try values.read(for: caller) { snapshot throws(ReadError) in
                rows(names, bytes, caller, now, snapshot, &batch)
            }
        } catch {
            return nil
        }
    }

    private static func rows(
        _ names: FeatureCache,
        _ bytes: Span<UInt8>,
        _ caller: Principal,
        _ now: Timestamp,
        _ snapshot: borrowing Snapshot,
        _ batch: inout WriteBatch
    ) -> Int? {
        var json = PlainJSON(bytes)
        guard json.take("{"), let name = json.string(), bytes.extracting(name).isText(OnlineSchema.rows.name),
            json.take(":"),
            json.take("[")
        else { return nil }
        var count = 0
        repeat {
            guard let row = RowForm(&json, bytes),
                let text = PlainValue.text(bytes.extracting(row.entity)), let entity = try? EntityID(text)
            else { return nil }
            var time = now
            if let range = row.time {
                guard let given = PlainValue.time(bytes.extracting(range)) else { return nil }
                time = given
            }
            for (name, scalar) in row.values {
                guard let feature = names.feature(bytes.extracting(name), for: caller, in: snapshot),
                    let value = PlainValue.value(scalar, bytes, as: feature.type)
                else { return nil }
                do throws(WriteError) { try batch.put(value, of: feature.handle, for: entity, at: time) } catch {
                    return nil
                }
            }
            count += 1
        } while json.take(",")
        guard json.take("]"), json.take("}"), json.isAtEnd() else { return nil }
        return count
    }

    /// One value.
    private struct ValueForm {
        var entity = 0..<0
        var value = PlainJSON.Scalar.null
        var time: Range<Int>?

        init?(_ bytes: Span<UInt8>) {
            var json = PlainJSON(bytes)
            var (hasEntity, hasValue, hasTime) = (false, false, false)
            guard json.take("{") else { return nil }
            repeat {
                guard let name = json.string(), json.take(":") else { return nil }
                let key = bytes.extracting(name)
                if key.isText(ValueSchema.entity.name), !hasEntity {
                    hasEntity = true
                    guard let range = json.entity() else { return nil }
                    entity = range
                } else if key.isText(ValueSchema.value.name), !hasValue {
                    hasValue = true
                    guard let scalar = json.scalar() else { return nil }
                    value = scalar
                } else if key.isText(ValueSchema.time.name), !hasTime {
                    hasTime = true
                    guard let scalar = json.scalar() else { return nil }
                    if case .null = scalar { continue }
                    guard case .string(let range) = scalar else { return nil }
                    time = range
                } else {
                    return nil
                }
            } while json.take(",")
            guard json.take("}"), json.isAtEnd(), hasEntity, hasValue else { return nil }
        }
    }

    /// One row.
    private struct RowForm {
        var entity = 0..<0
        var time: Range<Int>?
        var values: [(name: Range<Int>, value: PlainJSON.Scalar)] = []

        init?(_ json: inout PlainJSON, _ bytes: Span<UInt8>) {
            var (hasEntity, hasTime) = (false, false)
            guard json.take("{") else { return nil }
            repeat {
                guard let name = json.string(), json.take(":") else { return nil }
                let key = bytes.extracting(name)
                if key.isText(ValueSchema.entity.name), !hasEntity {
                    hasEntity = true
                    guard let range = json.entity() else { return nil }
                    entity = range
                } else if key.isText(ValueSchema.time.name), !hasTime {
                    hasTime = true
                    guard let scalar = json.scalar() else { return nil }
                    if case .null = scalar { continue }
                    guard case .string(let range) = scalar else { return nil }
                    time = range
                } else if key.isText(OnlineSchema.rowValues.name), values.isEmpty {
                    guard readValues(&json, bytes) else { return nil }
                } else {
                    return nil
                }
            } while json.take(",")
            guard json.take("}"), hasEntity, !values.isEmpty else { return nil }
        }

        private mutating func readValues(_ json: inout PlainJSON, _ bytes: Span<UInt8>) -> Bool {
            guard json.take("{") else { return false }
            repeat {
                guard values.count < maxRowValues, let name = json.string(), json.take(":"), let value = json.scalar()
                else { return false }
                // A name that occurs twice is for the slow path to refuse.
                for known in values where known.name.count == name.count {
                    if Self.areEqual(bytes.extracting(known.name), bytes.extracting(name)) { return false }
                }
                values.append((name, value))
            } while json.take(",")
            return json.take("}")
        }

        private static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
            for index in left.indices where left[index] != right[index] { return false }
            return true
        }
    }
}
