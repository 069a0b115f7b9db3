internal import Glibc

/// What the writer said that it would do and had done, kept by somebody who outlives it.
package struct Ledger {
    /// How an operation ended, as far as anybody was told.
    package enum Outcome: Equatable {
        /// Begun, and nothing heard since: it may have happened or not.
        case open
        /// Acknowledged. A batch with its commit time, anything else with 0.
        case done(commitTime: Int64)
        /// Refused for a reason after which it may have happened or not: the disk failed, or it takes several commits.
        case failed(String)
        /// Refused: it must not have happened.
        case refused(String)
        /// Its feature was not there.
        case skipped
        /// Found absent after a stop.
        case absent
    }

    package struct Record {
        package var sequence: Int
        package var outcome: Outcome
        /// Lines of the ledger at which it began and ended.
        package var begun: Int
        package var ended: Int?
        /// Of an erasure that was found to have happened: cells that nobody could see, which it may have left.
        package var unseen = 0
    }

    package private(set) var plan: Plan?
    package private(set) var threads: [Int: [Record]] = [:]
    package private(set) var acknowledged = 0
    /// What is wrong with the ledger itself: commit times that do not increase, lines that nobody writes.
    package private(set) var problems: [String] = []

    private var newestCommit: Int64 = .min
    private var floor: [Int: Int64] = [:]

    package init(text: String) {
        // The last line may have been cut by the stop.
        let whole = text.utf8.last == UInt8(ascii: "\n") ? text[...] : text.prefix { _ in true }.droppingLastLine
        for (number, line) in whole.utf8.split(separator: UInt8(ascii: "\n")).enumerated() {
            read(Substring(line).split(separator: " "), number)
        }
    }

    private mutating func read(_ words: [Substring], _ number: Int) {
        if words.first == "plan" {
            let found = Plan(line: words)
            if found == nil || (plan != nil && found != plan) { problems.append("line \(number + 1): another plan") }
            plan = plan ?? found
            return
        }
        // Lines for other readers: statistics, remarks. And one that a stop has cut: it says nothing, whatever it looks
        // like. `end 3 394 cut` was once taken for an end, and what had been found out about it for a second one.
        guard let verb = words.first, Self.verbs.contains(verb), words.last != Self.cut else { return }
        guard words.count >= 3, let thread = Int(words[1]), let sequence = Int(words[2]) else {
            problems.append("line \(number + 1): not understood")
            return
        }
        if verb == "begin" { return begin(thread, sequence, number) }
        guard var record = threads[thread]?.last, record.sequence == sequence, record.outcome == .open else {
            problems.append("line \(number + 1): an end without a beginning")
            return
        }
        let word = words.count > 3 ? String(words[3]) : ""
        switch verb {
        case "end", "found":
            let commitTime = Int64(word) ?? 0
            record.outcome = .done(commitTime: commitTime)
            acknowledged += verb == "end" ? 1 : 0
            if commitTime != 0 { check(commitTime, thread, number) }
            record.unseen = words.count > 4 ? Int(words[4]) ?? 0 : 0
        case "refused": record.outcome = .refused(word)
        case "failed": record.outcome = .failed(word)
        case "skipped": record.outcome = .skipped
        default: record.outcome = .absent
        }
        record.ended = number
        threads[thread]?.removeLast()
        threads[thread]?.append(record)
    }

    /// What the judge puts behind a line without an end.
    package static let cut: Substring = "cut"

    private static let verbs: Set<Substring> = ["begin", "end", "found", "refused", "failed", "skipped", "absent"]

    private mutating func begin(_ thread: Int, _ sequence: Int, _ number: Int) {
        if let last = threads[thread]?.last {
            let isSetUpAgain = sequence == 0 && last.sequence == 0 && last.outcome == .absent
            if isSetUpAgain {
                threads[thread]?.removeLast()
            } else if sequence <= last.sequence {
                problems.append("line \(number + 1): sequence \(sequence) of thread \(thread) comes again")
                return
            }
        }
        floor[thread] = newestCommit
        threads[thread, default: []].append(Record(sequence: sequence, outcome: .open, begun: number))
    }

    /// A batch that was submitted after another was acknowledged has a later commit time.
    private mutating func check(_ commitTime: Int64, _ thread: Int, _ number: Int) {
        if commitTime <= floor[thread] ?? .min {
            problems.append("line \(number + 1): commit time \(commitTime) does not come after \(floor[thread] ?? 0)")
        }
        newestCommit = max(newestCommit, commitTime)
    }
}

extension Substring {
    fileprivate var droppingLastLine: Substring {
        guard let end = utf8.lastIndex(of: UInt8(ascii: "\n")) else { return "" }
        return self[...end]
    }
}
