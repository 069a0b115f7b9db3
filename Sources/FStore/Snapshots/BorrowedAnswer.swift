/// The answer to one lookup, with its value still in the memory map. The owned form is ``Answer``.
public struct BorrowedAnswer: ~Escapable {
    /// What was found.
    public let status: Status
    private let eventNanoseconds: Int64
    private let commitNanoseconds: Int64
    @usableFromInline let view: ValueView

    @_lifetime(immortal)
    init() {
        status = .missing
        eventNanoseconds = 0
        commitNanoseconds = 0
        view = .nothing
    }

    @_lifetime(copy cell)
    init(_ cell: Cell, status: Status) {
        self.status = status
        eventNanoseconds = cell.eventTime
        commitNanoseconds = cell.commitTime
        view = cell.value
    }

    /// No cell answers the question.
    static var missing: BorrowedAnswer {
        @_lifetime(immortal)
        get { BorrowedAnswer() }
    }

    /// The value, when the status is ``Status/present``.
    public var value: ValueView? {
        @inlinable
        @_lifetime(copy self)
        get { if case .present = status { view } else { nil } }
    }

    /// The event time of the cell, unless the status is ``Status/missing``.
    public var eventTime: Timestamp? {
        status == .missing ? nil : Timestamp(nanoseconds: eventNanoseconds)
    }

    /// The commit time of the cell, unless the status is ``Status/missing``.
    public var commitTime: Timestamp? {
        status == .missing ? nil : Timestamp(nanoseconds: commitNanoseconds)
    }

    /// A copy that may leave the read.
    public var owned: Answer {
        Answer(status: status, value: value?.owned, eventTime: eventTime, commitTime: commitTime)
    }
}
