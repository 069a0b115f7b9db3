extension Connection {
    /// What the owner of the socket has to do. Numbers are bytes at the front of those that came; they are dealt with
    /// when the action is done.
    package enum Action: Sendable {
        /// Nothing, until bytes come or something happens.
        case wait
        /// A hot request is answered, and its answer stands in the output.
        case answered(Int)
        /// A hot write waits for its commit; ``Connection/writeEnded(at:)`` follows.
        case writing(Int)
        /// The head of a request goes to the reader behind. Answers that stand in the output go out first.
        case handOn(HandOn)
        /// The same, of a request that offers another protocol; ``Connection/upgraded()`` follows when it is taken.
        case upgrade(HandOn)
        /// These bytes of a body go to the reader behind.
        case pass(Int)
        /// These bytes mean nothing.
        case skip(Int)
        /// The reader behind learns that the body ended before its end, or cannot be understood.
        case breakOff
        /// This is written behind what stands in the output, and then as ``end``.
        case refuse(Refusal)
        /// No further answer: the output is sent, and ``Connection/allSent(at:)`` follows when the system has taken all
        /// of it. What came and what still comes is thrown away.
        case end
        /// The client is told that no more comes, and with `andInput` the socket is closed.
        case closeOutput(andInput: Bool)
        /// The socket is closed, whatever is unsent.
        case close
    }

    /// The head of a request for the reader behind.
    package struct HandOn: Sendable {
        package let count: Int
        /// The byte of the head that is overwritten, so that the reader behind does not know the header it begins.
        package let hidden: Int?
        /// Where the credential stands. `nil` when there is none, or a valid one has come before.
        package let credential: Range<Int>?
    }
}

/// Who answers hot requests in front of the reader behind.
///
/// A generic parameter of ``Connection/next(_:at:_:into:)``, and no existential: the compiler sees through it, and a
/// hot request costs no allocation and no indirect call.
package protocol HotAnswering {
    /// A recognized request.
    associatedtype Form
    /// Where answers go.
    associatedtype Output

    /// The form of a request whose head is complete; `nil` when it is not a hot one. Its body has
    /// ``RequestHead/contentLength`` bytes, and need not be there yet.
    func form(of head: RequestHead, _ bytes: Span<UInt8>) -> Form?

    /// Answers a whole request. Whatever it declines must have left no trace: the reader behind answers it.
    mutating func answer(
        _ form: Form,
        _ head: RequestHead,
        _ bytes: Span<UInt8>,
        into output: inout Output
    ) -> HotOutcome
}

/// What became of a hot request.
package enum HotOutcome: Sendable {
    case declined
    /// The answer stands in the output.
    case answered
    /// The same, of a request that anybody may make: it says nothing of who is there.
    case answeredAnybody
    /// The answer follows when the batch is committed.
    case writing
}
