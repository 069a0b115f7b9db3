@testable internal import FStoreWire

/// The state machine of a connection: where its bytes are cut changes nothing.
enum ConnectionTarget {
    private static let limits: WireLimits = {
        var limits = WireLimits()
        limits.targetBytes = 100
        limits.headerBytes = 200
        limits.headerCount = 8
        return limits
    }()

    /// A client is told to go on when its body is not there yet, which depends on how it is cut.
    private static func answers(_ wire: TestWire) -> String { wire.output.replacing("100.", with: "") }

    /// The first byte says how large the parts are; a part is as many bytes as its low and its high half, in turns.
    static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let text = Array(bytes.dropFirst())
        let whole = TestWire(limits, answersAtOnce: true)
        whole.receive(text)
        let cut = TestWire(limits, answersAtOnce: true)
        let steps = [Int(first & 15) + 1, Int(first >> 4) + 1]
        var (start, turn) = (0, 0)
        while start < text.count {
            let end = min(text.count, start + steps[turn % 2])
            cut.receive(Array(text[start..<end]))
            (start, turn) = (end, turn + 1)
        }
        // Of a body whose chunks are not valid, what came before the fault may have been passed on.
        let isSame =
            whole.hasBrokenOff
            ? cut.handedOnBytes.starts(with: whole.handedOnBytes) : whole.handedOnBytes == cut.handedOnBytes
        require(isSame, "the same is handed on, wherever bytes are cut")
        require(answers(whole) == answers(cut), "the same is answered, wherever bytes are cut")
        require(whole.isEnding == cut.isEnding && whole.hasBrokenOff == cut.hasBrokenOff, "and ends the same way")
        require(whole.pending == cut.pending, "the same waits, wherever bytes are cut")
        // Nobody is kept for ever: whatever is half done is ended by its deadline.
        whole.pass(seconds: 100)
        require(whole.isClosed, "a connection on which nothing comes ends")
    }
}
