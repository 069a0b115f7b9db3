import FStoreTelemetry

/// A strict reader of the exposition formats, which knows nothing of the writer.
struct ExpositionText {
    struct Sample {
        var name: String
        var labels: [(name: String, value: String)]
        var value: Double

        /// The labels without the bound of a bucket.
        var series: String {
            labels.filter { $0.name != "le" }.map { "\($0.name)=\($0.value)" }.joined(separator: "\u{0}")
        }
        var bound: String? { labels.first { $0.name == "le" }?.value }
    }

    struct Family {
        var name: String
        var help: String?
        var type: String?
        var samples: [Sample] = []
    }

    private(set) var families: [Family] = []
    /// What is wrong with the text; empty for a good one.
    private(set) var problems: [String] = []

    init(_ bytes: [UInt8], _ format: ExpositionFormat) {
        let text = String(decoding: bytes, as: UTF8.self)
        if !text.utf8.elementsEqual(bytes) { problems.append("not UTF-8") }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.popLast() != "" { problems.append("no newline at the end") }
        if format == .openMetrics, lines.popLast() != "# EOF" { problems.append("no # EOF at the end") }
        for line in lines { read(line) }
        for family in families { check(family, format) }
        if Set(families.map(\.name)).count != families.count { problems.append("a family twice") }
    }

    subscript(_ family: String) -> Family? { families.first { $0.name == family } }

    private mutating func read(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard words.first == "#" else { return readSample(line) }
        guard words.count == 4 else { return problems.append("odd comment: \(line)") }
        if families.last?.name != words[2] { families.append(Family(name: words[2])) }
        let index = families.count - 1
        if !families[index].samples.isEmpty { problems.append("header after a sample: \(line)") }
        switch words[1] {
        case "HELP" where families[index].help == nil: families[index].help = words[3]
        case "TYPE" where families[index].type == nil: families[index].type = words[3]
        case "UNIT" where words[2].hasSuffix("_\(words[3])"): break
        default: problems.append("odd comment: \(line)")
        }
    }

    private mutating func readSample(_ line: String) {
        var rest = Substring(line)
        let name = String(rest.prefix { $0 != "{" && $0 != " " })
        rest = rest.dropFirst(name.count)
        var labels: [(name: String, value: String)] = []
        if rest.first == "{" {
            repeat {
                rest = rest.dropFirst()
                let label = String(rest.prefix { $0 != "=" })
                rest = rest.dropFirst(label.count)
                guard rest.hasPrefix("=\""), let value = Self.quoted(&rest) else {
                    return problems.append("odd labels: \(line)")
                }
                labels.append((label, value))
            } while rest.first == ","
            guard rest.first == "}" else { return problems.append("odd labels: \(line)") }
            rest = rest.dropFirst()
        }
        guard rest.first == " ", let value = Double(rest.dropFirst()) else {
            return problems.append("odd value: \(line)")
        }
        if families.isEmpty { return problems.append("sample without a family: \(line)") }
        families[families.count - 1].samples.append(Sample(name: name, labels: labels, value: value))
    }

    /// Reads `="…"` with its escapes.
    private static func quoted(_ rest: inout Substring) -> String? {
        var scalars = rest.unicodeScalars.dropFirst(2)
        var value = String.UnicodeScalarView()
        while let scalar = scalars.popFirst() {
            if scalar == "\"" {
                rest = Substring(scalars)
                return String(value)
            }
            guard scalar == "\\" else {
                value.append(scalar)
                continue
            }
            switch scalars.popFirst() {
            case "n": value.append("\n")
            case "\\": value.append("\\")
            case "\"": value.append("\"")
            default: return nil
            }
        }
        return nil
    }

    private mutating func check(_ family: Family, _ format: ExpositionFormat) {
        let name = family.name
        if family.help?.isEmpty ?? true { problems.append("\(name) has no help") }
        let endings: [String]
        switch family.type {
        case "counter": endings = format == .openMetrics ? ["_total"] : [""]
        case "info": endings = ["_info"]
        case "gauge": endings = [""]
        case "histogram": endings = ["_bucket", "_sum", "_count"]
        default: return problems.append("\(name) has the type \(family.type ?? "none")")
        }
        for sample in family.samples where !endings.contains(where: { sample.name == name + $0 }) {
            problems.append("\(sample.name) in the family \(name)")
        }
        let identities = family.samples.map { "\($0.name)\u{0}\($0.bound ?? "")\u{0}\($0.series)" }
        if Set(identities).count != identities.count { problems.append("\(name) has a sample twice") }
        guard family.type == "histogram" else { return }
        for series in Set(family.samples.map(\.series)) { checkBuckets(family, series) }
    }

    private mutating func checkBuckets(_ family: Family, _ series: String) {
        let samples = family.samples.filter { $0.series == series }
        let buckets = samples.filter { $0.name == family.name + "_bucket" }
        let counts = buckets.map(\.value)
        let bounds = buckets.map { Double($0.bound ?? "") ?? .nan }
        if zip(counts, counts.dropFirst()).contains(where: { $0 > $1 }) { problems.append("buckets do not add up") }
        if zip(bounds, bounds.dropFirst()).contains(where: { !($0 < $1) }) { problems.append("bounds do not ascend") }
        if buckets.last?.bound != "+Inf" { problems.append("the last bucket is not +Inf") }
        let total = samples.filter { $0.name == family.name + "_count" }.map(\.value)
        if total != counts.suffix(1) { problems.append("\(family.name): +Inf and count differ") }
        if samples.count(where: { $0.name == family.name + "_sum" }) != 1 { problems.append("not one sum") }
    }
}
