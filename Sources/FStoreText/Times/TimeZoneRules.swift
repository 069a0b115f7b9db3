internal import FStore

/// The offsets of one time zone through the years, as a TZif file (RFC 8536) tells them.
///
/// For reading times that were written without an offset: such a time may have passed twice, or never, when clocks were
/// set. Neither is guessed.
package struct TimeZoneRules: Sendable {
    /// The name, such as `Europe/Zurich`.
    package let name: String
    /// When an offset begins to hold, in seconds since 1970, ascending.
    private let begins: [Int64]
    /// Seconds east of Greenwich: first what holds before all of ``begins``, then one for each of them.
    private let offsets: [Int64]

    /// Reads a TZif file.
    ///
    /// - Throws: ``Rejection`` when it is not one.
    package init(name: String, file: [UInt8]) throws(Rejection) {
        self.name = name
        var parsed = TimeZoneFile(bytes: file)
        guard parsed.read() else { throw Rejection("the rules of the time zone \(name) cannot be read") }
        begins = parsed.begins
        offsets = parsed.offsets
    }

    /// The second since 1970 at which a clock of the zone showed `local`, which counts as if the clock showed UTC.
    func second(ofLocal local: Int64, text: String) throws(Rejection) -> Int64 {
        // Two offsets of one zone are less than a day apart, so this is all that can matter.
        let reach: Int64 = 100_000
        let first = index(at: local - reach)
        let last = index(at: local + reach)
        var found: [Int64] = []
        for index in first...last {
            let second = local - offsets[index]
            let isFromHere = index == 0 || second >= begins[index - 1]
            let isUpToHere = index == begins.count || second < begins[index]
            if isFromHere, isUpToHere { found.append(second) }
        }
        if found.count == 1 { return found[0] }
        let reason =
            found.isEmpty
            ? "never was in \(name), where clocks were set forward; correct it, or give its offset"
            : "was twice in \(name), where clocks were set back; give its offset, such as "
                + found.map { Self.text(local - $0) }.joined(separator: " or ")
        throw Rejection("the time \"\(text)\" \(reason)")
    }

    /// Which of ``offsets`` holds at a second.
    private func index(at second: Int64) -> Int {
        var (low, high) = (0, begins.count)
        while low < high {
            let middle = (low + high) / 2
            if begins[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func text(_ offset: Int64) -> String {
        func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let size = offset.magnitude
        let text = (offset < 0 ? "-" : "+") + padded(Int64(size / 3600)) + ":" + padded(Int64(size / 60 % 60))
        return size % 60 == 0 ? text : text + ":" + padded(Int64(size % 60))
    }
}

/// The parts of a TZif file.
private struct TimeZoneFile {
    let bytes: [UInt8]
    var begins: [Int64] = []
    var offsets: [Int64] = []
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// `false` when the file is not of this format.
    mutating func read() -> Bool {
        guard let version = readHeader() else { return false }
        // The first part has times of 32 bits, for old programs. From version 2 on a part of 64 bits follows.
        if version.number == 0 { return readData(version.counts, timeBytes: 4) }
        position += version.counts.bytes(ofTime: 4)
        guard let second = readHeader(), readData(second.counts, timeBytes: 8) else { return false }
        // Behind it stands a rule for all years after the last change that is listed.
        let footer = String(decoding: bytes[position...], as: UTF8.self).split(separator: "\n").first ?? ""
        if footer.contains(",") {
            guard let rule = YearlyRule(footer) else { return false }
            extend(by: rule)
        }
        return true
    }

    private struct Counts {
        var times = 0, types = 0, letters = 0, leaps = 0, standards = 0, universals = 0

        func bytes(ofTime width: Int) -> Int {
            times * (width + 1) + types * 6 + letters + leaps * (width + 4) + standards + universals
        }
    }

    private mutating func readHeader() -> (number: Int, counts: Counts)? {
        guard bytes.count >= position + 44, Array(bytes[position..<position + 4]) == Array("TZif".utf8) else {
            return nil
        }
        let number = bytes[position + 4] == 0 ? 0 : Int(bytes[position + 4]) - 48
        position += 20
        var counts = Counts()
        counts.universals = Int(readInteger(4))
        counts.standards = Int(readInteger(4))
        counts.leaps = Int(readInteger(4))
        counts.times = Int(readInteger(4))
        counts.types = Int(readInteger(4))
        counts.letters = Int(readInteger(4))
        let limit = 0...65_536
        guard limit.contains(counts.times), limit.contains(counts.types), limit.contains(counts.letters),
            limit.contains(counts.leaps), limit.contains(counts.standards), limit.contains(counts.universals)
        else { return nil }
        return (number, counts)
    }

    private mutating func readData(_ counts: Counts, timeBytes: Int) -> Bool {
        guard counts.types > 0, bytes.count >= position + counts.bytes(ofTime: timeBytes) else { return false }
        let end = position + counts.bytes(ofTime: timeBytes)
        for _ in 0..<counts.times { begins.append(readInteger(timeBytes)) }
        let types = (0..<counts.times).map { _ in Int(readInteger(1)) & 0xFF }
        var offsetOfType: [Int64] = []
        for _ in 0..<counts.types {
            offsetOfType.append(readInteger(4))
            position += 2
        }
        guard types.allSatisfy({ $0 < counts.types }) else { return false }
        offsets = [offsetOfType[0]] + types.map { offsetOfType[$0] }
        position = end
        return zip(begins, begins.dropFirst()).allSatisfy { $0 < $1 }
    }

    /// A signed integer, big end first.
    private mutating func readInteger(_ width: Int) -> Int64 {
        var value: Int64 = bytes[position] >= 0x80 ? -1 : 0
        for byte in bytes[position..<position + width] { value = value << 8 | Int64(byte) }
        position += width
        return value
    }

    /// Lists the changes of all years that a time can have, so that nothing else has to know of the rule.
    private mutating func extend(by rule: YearlyRule) {
        let last = begins.last ?? .min
        let firstYear = begins.isEmpty ? 1900 : CivilDate.components(days: Int(last / 86_400)).year
        for year in firstYear...2263 {
            for change in rule.changes(in: year) where change.second > last {
                begins.append(change.second)
                offsets.append(change.offset)
            }
        }
    }
}

/// The rule for the years that a TZif file does not list, in POSIX's form: `CET-1CEST,M3.5.0,M10.5.0/3`.
private struct YearlyRule {
    private enum Day {
        /// Month, week (5 is the last), day of the week from Sunday on.
        case weekday(month: Int, week: Int, day: Int)
        /// 1 to 365; the leap day is never counted.
        case withoutLeapDay(Int)
        /// 0 to 365.
        case counted(Int)
    }

    private var standard: Int64 = 0
    private var summer: Int64 = 0
    private var begin: (day: Day, second: Int64)
    private var end: (day: Day, second: Int64)

    init?(_ text: Substring) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 3, let begin = Self.change(parts[1]), let end = Self.change(parts[2]) else { return nil }
        self.begin = begin
        self.end = end
        var names = parts[0]
        Self.skipName(&names)
        guard let west = Self.time(&names) else { return nil }
        standard = -west
        Self.skipName(&names)
        summer = standard + 3600
        if !names.isEmpty {
            guard let west = Self.time(&names), names.isEmpty else { return nil }
            summer = -west
        }
    }

    /// When the offset changes in a year, in order.
    func changes(in year: Int) -> [(second: Int64, offset: Int64)] {
        [
            (Self.midnight(begin.day, year) + begin.second - standard, summer),
            (Self.midnight(end.day, year) + end.second - summer, standard),
        ]
        .sorted { $0.0 < $1.0 }
    }

    private static func midnight(_ day: Day, _ year: Int) -> Int64 {
        let newYear = CivilDate.days(year: year, month: 1, day: 1)
        let isLeap = CivilDate.length(ofMonth: 2, year: year) == 29
        let found =
            switch day {
            case .counted(let number): newYear + number
            case .withoutLeapDay(let number): newYear + number - 1 + (isLeap && number >= 60 ? 1 : 0)
            case .weekday(let month, let week, let day):
                nth(
                    week,
                    day,
                    CivilDate.days(year: year, month: month, day: 1),
                    CivilDate.length(ofMonth: month, year: year)
                )
            }
        return Int64(found) * 86_400
    }

    private static func nth(_ week: Int, _ day: Int, _ first: Int, _ length: Int) -> Int {
        // 1970 began on a Thursday.
        let weekdayOfFirst = ((first + 4) % 7 + 7) % 7
        let date = first + (day - weekdayOfFirst + 7) % 7 + (week - 1) * 7
        return date < first + length ? date : date - 7
    }

    private static func change(_ text: Substring) -> (day: Day, second: Int64)? {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard let name = parts.first else { return nil }
        var second: Int64 = 7200
        if parts.count == 2 {
            var rest = parts[1]
            guard let time = time(&rest), rest.isEmpty else { return nil }
            second = time
        }
        if name.hasPrefix("M") {
            let numbers = name.dropFirst().split(separator: ".").compactMap { Int($0) }
            guard numbers.count == 3, (1...12).contains(numbers[0]), (1...5).contains(numbers[1]),
                (0...6).contains(numbers[2])
            else { return nil }
            return (.weekday(month: numbers[0], week: numbers[1], day: numbers[2]), second)
        }
        if name.hasPrefix("J") { return Int(name.dropFirst()).map { (.withoutLeapDay($0), second) } }
        return Int(name).map { (.counted($0), second) }
    }

    /// Letters, or anything in angle brackets.
    private static func skipName(_ text: inout Substring) {
        if text.first == "<" {
            text = text.drop { $0 != ">" }.dropFirst()
        } else {
            text = text.drop { $0.isLetter }
        }
    }

    /// Seconds from `[+-]hh[:mm[:ss]]`.
    private static func time(_ text: inout Substring) -> Int64? {
        let isNegative = text.first == "-"
        if isNegative || text.first == "+" { text = text.dropFirst() }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ":") }
        text = text.dropFirst(digits.count)
        var seconds: Int64 = 0
        let parts = digits.split(separator: ":")
        guard (1...3).contains(parts.count) else { return nil }
        for (part, size) in zip(parts, [3600, 60, 1] as [Int64]) {
            guard let number = Int64(part), number < 1000 else { return nil }
            seconds += number * size
        }
        return isNegative ? -seconds : seconds
    }
}
