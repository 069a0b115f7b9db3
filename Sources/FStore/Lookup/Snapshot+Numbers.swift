internal import FStoreLMDB

/// Many features of one entity as numbers: what a model is fed with.
extension Snapshot {
    /// Writes the values of `features` for `entity` into `output`, in the order of `features`. Nothing is allocated.
    ///
    /// A `float64` is written as it is, an `int64` as the nearest double, a `bool` as 1 or 0. Where there is no
    /// ``Status/present`` value, or one of another type, `missing` is written.
    ///
    /// - Parameter output: at least as many places as features, or the call traps; places behind them stay as they are.
    /// - Returns: how many places have a value.
    /// - Throws: ``ReadError/unknownFeature`` and ``ReadError/severalSpaces`` before the first number is written,
    ///   ``ReadError/corrupted(_:)``.
    @discardableResult
    public borrowing func numbers(
        of features: FeatureList,
        for entity: EntityID,
        at time: PointInTime = .latest,
        into output: inout MutableSpan<Double>,
        missing: Double = .nan
    ) throws(ReadError) -> Int {
        precondition(output.count >= features.count, "\(features.count) features need as many places")
        let arePlain = try arePlain(features)
        let name = entity.text.utf8Span.span.raw
        var present = 0
        if time == .latest, let space = features.handles.first?.space, !walkScratch.isInUse {
            var walk = try LatestWalk(latestWalk(), space: space, entity: name, scratch: walkScratch)
            for feature in features.order {
                let handle = features.handles[feature]
                var number: Double?
                if let cell = try walk.cell(handle.number) {
                    number =
                        try arePlain
                        ? cell.number : judge(cell, handle, liveRule(handle), name, .latest).value?.number
                }
                output[feature] = number ?? missing
                if number != nil { present += 1 }
            }
        } else {
            for feature in features.order {
                let handle = features.handles[feature]
                let number = try answer(handle, liveRule(handle), name, time).value?.number
                output[feature] = number ?? missing
                if number != nil { present += 1 }
            }
        }
        return present
    }
}

extension StoredCell {
    /// The value, if it is a number.
    @inline(__always)
    var number: Double? { ValueView(tag: tag, payload: payload).number }
}

extension ValueView {
    @inline(__always)
    fileprivate var number: Double? {
        switch tag {
        case .float64: Double(bitPattern: payload.littleEndian(at: 0, as: UInt64.self))
        case .int64: Double(payload.littleEndian(at: 0, as: Int64.self))
        case .true: 1
        case .false: 0
        default: nil
        }
    }
}
