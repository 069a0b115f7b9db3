import FStoreTelemetry
import FStoreTestSupport
import Foundation
import Logging
import Testing

@Suite("Random messages")
struct RandomMessageTests {
    /// Scalars that break formats more often than others do.
    private static let odd =
        "\u{0}\n\r\t\"\\{}[]=: ,\u{1B}\u{7F}\u{85}\u{A0}\u{300}\u{2028}\u{2029}\u{202E}\u{FEFF}\u{FFFF}é€\u{1F600}"

    /// What is checked of a JSON line. Not with `JSONSerialization`: it loses U+FEFF at the begin of a string.
    private struct Line: Decodable {
        var level: String
        var msg: String
        var logger: String
        var m: String
    }

    private static func text(_ random: inout SeededGenerator) -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...60, using: &random) {
            let scalar =
                Bool.random(using: &random)
                ? odd.unicodeScalars.randomElement(using: &random)
                : Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random))
            if let scalar { scalars.append(scalar) }
        }
        return String(scalars)
    }

    private static func value(_ random: inout SeededGenerator, depth: Int = 0) -> Logger.MetadataValue {
        switch Int.random(in: 0...(depth > 2 ? 2 : 4), using: &random) {
        case 0: .string(text(&random))
        case 1: .stringConvertible(Int64.random(in: .min ... .max, using: &random))
        case 2: .stringConvertible(Double(bitPattern: random.next()))
        case 3: .array((0..<3).map { _ in value(&random, depth: depth + 1) })
        default: .dictionary([text(&random): value(&random, depth: depth + 1), "b": value(&random, depth: depth + 1)])
        }
    }

    @Test(arguments: LogFormat.allCases)
    func `each of a thousand gives exactly one valid line`(format: LogFormat) throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let reader = LineReader()
        for _ in 0..<1000 {
            let label = Self.text(&random)
            let message = Self.text(&random)
            let field = Self.text(&random)
            var metadata: Logger.Metadata = ["m": .string(field)]
            for _ in 0..<4 { metadata["k" + Self.text(&random)] = Self.value(&random) }
            let logger = Logger(label: label) { [output = reader.output] label in
                LineLogHandler(label: label, format: format, output: output)
            }
            logger.notice("\(message)", metadata: metadata)
            let line = try #require(reader.nextLine(), "seed \(seed)")
            #expect(reader.next() == nil, "seed \(seed)")
            #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control }, "seed \(seed)")
            switch format {
            case .plain:
                // By scalars: a message that begins with an accent joins it to the space before it.
                let start = #/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z NOTICE /#.matchingSemantics(.unicodeScalar)
                #expect(line.contains(start), "seed \(seed)")
            case .json:
                let read = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
                #expect(read.level == "notice", "seed \(seed)")
                #expect(Array(read.msg.utf8) == Array(message.utf8), "seed \(seed)")
                #expect(Array(read.logger.utf8) == Array(label.utf8), "seed \(seed)")
                #expect(Array(read.m.utf8) == Array(field.utf8), "seed \(seed)")
            }
        }
    }
}
