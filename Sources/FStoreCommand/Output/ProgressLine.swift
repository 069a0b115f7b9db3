internal import Glibc

/// A line on stderr that tells how far a long command has come. Silent when stderr is no terminal.
struct ProgressLine {
    private static let interval = Duration.milliseconds(200)
    private let isShown = isatty(2) == 1
    private let began = ContinuousClock.now
    private var lastShown = ContinuousClock.now
    private var width = 0

    /// Shows `done` of `total`, with `unit`s and their rate. `total` is `nil` when it is not known.
    mutating func update(done: Int, total: Int?, count: Int, unit: String) {
        let now = ContinuousClock.now
        guard isShown, now - lastShown >= Self.interval else { return }
        lastShown = now
        let seconds = (now - began) / .seconds(1)
        var text = ""
        if let total, total > 0 {
            let percent = min(100, done * 100 / total)
            text = String(repeating: "#", count: percent / 5).padded(20) + " \(percent) %  "
            if done > 0 { text += "\(Int(seconds * Double(total - done) / Double(done))) s left  " }
        }
        text += "\(count) \(unit), \(Int(Double(count) / seconds))/s"
        show(text)
    }

    /// Takes the line away.
    mutating func clear() {
        if width > 0 { show("") }
    }

    private mutating func show(_ text: String) {
        let output = Output(descriptor: 2)
        output.write(Array("\r\(text.padded(width))\r".utf8))
        try? output.flush()
        width = text.count
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
