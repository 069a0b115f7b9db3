package import FStore
internal import FStoreText

/// What a reader of rows has found.
package enum RowStep {
    case row
    /// The next row is not there as a whole: fill the window, or say that nothing follows.
    case needsMore
    case end
}

/// Rows of one format.
///
/// A source does no reading of its own: it looks at a ``ByteWindow`` that is filled from a file or by whoever pushes
/// chunks, and says when it needs more. So one loop serves files, pipes and the bodies of requests.
protocol RowSource: ~Copyable {
    /// Fills `row` with the next row.
    ///
    /// - Throws: ``Rejection`` for a row that does not fit, and the next call goes on behind it; any other error ends
    ///   the input.
    mutating func next(into row: inout LoadRow) throws -> RowStep

    /// Gives access to the bytes that wait.
    mutating func withWindow<Result, Failure>(
        _ body: (inout ByteWindow) throws(Failure) -> Result
    ) throws(Failure) -> Result

    /// Goes on at a place that ``nextOffset`` and ``nextLine`` have told.
    mutating func skip(to offset: Int, line: Int, from file: InputFile) throws(InputError)

    /// Where the row behind the one at hand begins in the input.
    var nextOffset: Int { get }
    /// The line of that row.
    var nextLine: Int { get }
    /// The digest of the input up to ``nextOffset``.
    mutating func digest() -> UInt64

    /// The line of the row at hand, counted from 1.
    var line: Int { get }
    /// The row at hand as it stands in the input.
    var rawRow: [UInt8] { get }

    /// The features that rows fill. More may come while the input is read, none goes.
    var targets: [LoadTarget] { get }
    /// Features that the input is known to have, and that have not been told before: they are to be defined when they
    /// do not exist, even without a value.
    mutating func takeFoundTargets() -> [Int]
    /// Columns that were asked for and have not occurred in any row.
    var unseenColumns: [Int] { get set }
}

/// One feature that a load fills.
package struct LoadTarget: Sendable {
    /// The column or member that its values are in.
    package var column: String
    package var definition: FeatureDefinition
    /// `nil` as long as the feature is not defined.
    package var handle: FeatureHandle?

    package init(column: String, definition: FeatureDefinition, handle: FeatureHandle? = nil) {
        self.column = column
        self.definition = definition
        self.handle = handle
    }

    /// A feature that exists.
    package init(column: String, feature: Feature) {
        self.init(column: column, definition: feature.definition, handle: feature.handle)
    }

    /// `nil` until the first value decides.
    var type: ValueType? {
        get { definition.type }
        set { definition.type = newValue }
    }
}

/// The cells of one row, checked one and all before the first is written.
struct LoadRow {
    var entity: EntityID?
    var time = Timestamp(nanoseconds: 0)
    /// Positions in the source's ``RowSource/targets``, and values.
    var cells: [(target: Int, value: FeatureValue)] = []

    /// Names the entity, or says why the text is not a name.
    mutating func setEntity(_ text: String, field: String?) throws(Rejection) {
        do throws(LimitError) {
            entity = try EntityID(text)
        } catch {
            let reason =
                text.isEmpty
                ? "the entity is missing"
                : "the entity's name has \(error.given) bytes; at most \(error.allowed.upperBound) are allowed"
            throw Rejection(reason, field: field)
        }
    }
}
