package import FStore
package import FStoreConnectors
package import FStoreText

/// Which columns of a source are what. Each value column fills the feature `<source>.<column>`.
package struct SourceMapping: Hashable, Sendable {
    package var entity = "id"
    package var time = "timestamp"
    package var values = ["value"]
    /// How times are written, and the zone of those without an offset.
    package var timeUnit = TimeUnit.rfc3339
    package var timeZone: String?

    /// The feature that takes the columns that are not mapped.
    static let metadataColumn = "metadata"

    /// - Parameter config: the members of a source's configuration. What they do not say stays as by default.
    package init(_ config: JSONValue) {
        guard case .object(let members) = config["mapping"] else { return }
        for member in members {
            switch (member.name, member.value) {
            case ("entity", .string(let column)): entity = column
            case ("time", .string(let column)): time = column
            case ("time_unit", .string(let name)): timeUnit = TimeUnit(rawValue: name) ?? timeUnit
            case ("time_zone", .string(let name)): timeZone = name
            case ("values", .array(let columns)):
                values = columns.compactMap { if case .string(let column) = $0 { column } else { nil } }
            default: break
            }
        }
    }

    /// The name of the feature that a column of a source fills.
    package static func feature(of column: String, source: String) -> String { "\(source).\(column)" }

    /// The mapping of rows of a source into features.
    ///
    /// - Parameters:
    ///   - retention: of features that are to be defined.
    ///   - type: the type of a value column whose feature is to be defined.
    func rows(
        of source: String,
        rules: RowRules,
        retention: Retention,
        into destination: LoadDestination,
        type: (String) throws -> ValueType
    ) throws -> RowMapping {
        var mapping = RowMapping(
            entity: [entity],
            time: time,
            targets: try values.map { column in try target(column, of: source, retention, destination, type: type) }
        )
        mapping.timeUnit = timeUnit
        mapping.timeZone = try timeZone.map { name throws(InputError) in try TimeZoneDirectory.rules(name) } ?? nil
        mapping.rules = rules
        let name = Self.feature(of: Self.metadataColumn, source: source)
        if !values.contains(Self.metadataColumn) {
            mapping.metadata = try target(Self.metadataColumn, of: source, retention, destination) { _ in .json }
            guard mapping.metadata?.definition.type == .json else {
                throw SourceProblem("the feature \"\(name.excerpt)\" exists and does not take json; rename the source")
            }
        }
        return mapping
    }

    private func target(
        _ column: String,
        of source: String,
        _ retention: Retention,
        _ destination: LoadDestination,
        type: (String) throws -> ValueType
    ) throws -> LoadTarget {
        let name = Self.feature(of: column, source: source)
        guard StoreLimits.featureNameBytes.contains(name.utf8.count) else {
            throw SourceProblem(
                "the feature \"\(name.excerpt)\" would have a name of \(name.utf8.count) bytes; at most "
                    + "\(StoreLimits.featureNameBytes.upperBound) are allowed"
            )
        }
        var target = try destination.target(name, column: column, type: nil)
        if target.handle == nil {
            target.definition.description = "The column \(column) of the source \(source)."
            target.definition.retention = retention
        }
        target.definition.type = try target.definition.type ?? type(column)
        return target
    }
}

extension RowRules {
    /// - Parameter validation: `required_columns` and `data_types`, as a source stores them.
    package init(_ validation: JSONValue) {
        self.init()
        if case .array(let columns) = validation["required_columns"] {
            required = columns.compactMap { if case .string(let column) = $0 { column } else { nil } }
        }
        if case .object(let members) = validation["data_types"] {
            types = members.compactMap { member in
                guard case .string(let name) = member.value, let type = ColumnType(rawValue: name) else { return nil }
                return (member.name, type)
            }
        }
    }
}
