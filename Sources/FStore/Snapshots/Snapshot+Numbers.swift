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
        let name = entity.bytes
        if time == .latest, arePlain, !walkScratch.isInUse {
            return try plainNumbers(features, name, latestWalk(), &output, missing)
        }
        var present = 0
        try values(of: features, arePlain, forEntity: name, at: time) { feature, answer in
            let number = answer.value?.number
            output[feature] = number ?? missing
            if number != nil { present += 1 }
        }
        return present
    }

    /// The newest values of features that neither ttl nor retention has a say for.
    private borrowing func plainNumbers(
        _ features: FeatureList,
        _ entity: RawSpan,
        _ table: consuming TableWalk,
        _ output: inout MutableSpan<Double>,
        _ missing: Double
    ) throws(ReadError) -> Int {
        guard let space = features.handles.first?.space else { return 0 }
        var present = 0
        var walk = LatestWalk(table, space: space, entity: entity, scratch: walkScratch)
        for place in features.order {
            if let number = try walk.cell(place.number)?.value.number {
                output[place.position] = number
                present += 1
            } else {
                output[place.position] = missing
            }
        }
        return present
    }
}
