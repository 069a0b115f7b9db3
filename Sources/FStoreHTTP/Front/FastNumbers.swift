internal import FStore

/// Numbers for request identities, fast and of no secret: SplitMix64, seeded once.
struct FastNumbers: RandomNumberGenerator {
    private var state: UInt64

    init() {
        var system = SystemRandomNumberGenerator()
        state = system.next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// The `Date` header, made once a second.
struct DateLine {
    private var second: Int64 = .min
    private(set) var bytes: [UInt8] = []

    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Makes it fit `second` since 1970.
    mutating func update(_ second: Int64) {
        if second == self.second { return }
        self.second = second
        let (day, rest) = (Int(second / 86_400), second % 86_400)
        let (year, month, dayOfMonth) = Self.civil(day)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let time = "\(two(Int(rest / 3600))):\(two(Int(rest / 60 % 60))):\(two(Int(rest % 60)))"
        let date = "\(Self.days[day % 7]), \(two(dayOfMonth)) \(Self.months[month - 1]) \(year) \(time) GMT"
        bytes = Array("Date: \(date)\r\n".utf8)
    }

    private static func civil(_ days: Int) -> (Int, Int, Int) {
        let (year, month, day) = CivilDate.components(days: days)
        return (year, month, day)
    }
}
