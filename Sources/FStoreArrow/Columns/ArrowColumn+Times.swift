extension ArrowColumn {
    /// Nanoseconds since 1970 in UTC; `nil` for null. For the kind `time`.
    ///
    /// A date counts as its midnight in UTC, and a time without a zone as UTC.
    ///
    /// Throws ``ArrowError/Kind/outOfRange`` for a time outside of the years 1677 to 2262, which 64 bits of nanoseconds
    /// cannot hold.
    @inlinable
    package func timestampNanoseconds(at row: Int) throws(ArrowError) -> Int64? {
        let step = nanosecondsPerStep
        guard step != 0 else { wrongKind("times") }
        guard let value = try integer(at: row) else { return nil }
        let (nanoseconds, overflows) = value.multipliedReportingOverflow(by: step)
        if overflows { throw timeOutOfRange(value, row: row) }
        return nanoseconds
    }

    @usableFromInline
    @inline(never)
    func timeOutOfRange(_ value: Int64, row: Int) -> ArrowError {
        ArrowError(
            .outOfRange,
            "the time \(value) of type \(type) in row \(row) lies outside of the years 1677 to 2262"
        )
        .of(name)
    }
}
