import FStoreTelemetry
import Foundation
import Logging
import Testing

@Suite("Log lines")
struct LogLineTests {
    private let reader = LineReader()

    private func logger(_ format: LogFormat, provider: Logger.MetadataProvider? = nil) -> Logger {
        Logger(label: "fstore.test") { [output = reader.output] label in
            let clock: @Sendable () -> LogTime = { LogTime(milliseconds: 1_795_262_530_250) }
            return LineLogHandler(
                label: label,
                format: format,
                output: output,
                metadataProvider: provider,
                clock: clock
            )
        }
    }

    @Test func `a plain line has time, level, message and sorted fields`() {
        logger(.plain)
            .warning(
                "disk is full",
                metadata: [
                    "path": "/a b", "bytes": "\(12)", "empty": "", "eq": "a=b", "list": ["x", "y"], "quote": "\"",
                ]
            )
        #expect(
            reader.nextLine() == "2026-11-21T12:02:10.250Z WARNING disk is full "
                + #"bytes=12 empty="" eq="a=b" list="[\"x\",\"y\"]" path="/a b" quote="\"""#
        )
    }

    @Test func `a JSON line has its four keys first and keeps numbers`() {
        logger(.json)
            .info(
                "done",
                metadata: [
                    "status": .stringConvertible(200), "ok": .stringConvertible(true), "ratio": .stringConvertible(0.5),
                    "nan": .stringConvertible(Double.nan), "nested": ["b": ["1", "2"], "a": "x"],
                ]
            )
        #expect(
            reader.nextLine() == #"{"ts":"2026-11-21T12:02:10.250Z","level":"info","msg":"done","#
                + #""logger":"fstore.test","nan":"nan","nested":{"a":"x","b":["1","2"]},"ok":true,"ratio":0.5,"#
                + #""status":200}"#
        )
    }

    @Test func `fields named like the four keys do not replace them`() {
        logger(.json).info("real", metadata: ["msg": "false", "msg_": "other", "level": "none", "ts": "0"])
        let object = jsonObject(reader.nextLine())
        #expect(object?["msg"] as? String == "real")
        #expect(object?["msg_"] as? String == "false")
        #expect(object?["msg__"] as? String == "other")
        #expect(object?["level_"] as? String == "none")
    }

    @Test(arguments: LogFormat.allCases)
    func `what tries to begin a line of its own does not`(format: LogFormat) {
        let odd = "a\nb\rc\r\nd\u{0}e\u{1B}[31mf\u{85}g\u{2028}h\u{202E}i\u{61C}j\u{200F}k\u{FEFF}l"
        logger(format).error("\(odd)", metadata: ["\(odd)": "\(odd)"])
        let line = reader.nextLine()
        #expect(line?.contains(#"a\nb\rc\r\nd\u0000e\u001b[31mf\u0085g\u2028h\u202ei\u061cj\u200fk\ufeffl"#) == true)
        #expect(reader.next() == nil)
        if format == .json { #expect(jsonObject(line)?[odd] as? String == odd) }
    }

    @Test(arguments: LogFormat.allCases)
    func `secrets do not get out`(format: LogFormat) {
        var logger = logger(format)
        logger[metadataKey: "api_key"] = "hidden1"
        logger.info(
            "got fl_7_hidden2",
            metadata: [
                "dsn": ["deep": "hidden3"], "user": ["password": "hidden4", "name": "seen1"], "text": "x fl_7_hidden5",
                "list": ["fl_7_hidden6"], "token": .stringConvertible(1234), "key_id": "seen2", "fl_7_hidden7": "x",
            ]
        )
        let line = reader.nextLine() ?? ""
        #expect(!line.contains("hidden") && !line.contains("1234"))
        #expect(line.contains("seen1") && line.contains("seen2") && line.contains("got fl_7_****"))
    }

    @Test(arguments: LogFormat.allCases)
    func `fields of the logger, the provider and the event come together`(format: LogFormat) {
        struct Trouble: Error {}
        var logger = logger(format, provider: Logger.MetadataProvider { ["a": "2", "b": "2", "c": "2"] })
        logger[metadataKey: "a"] = "1"
        logger[metadataKey: "own"] = "1"
        logger.error("x", error: Trouble(), metadata: ["b": "3"])
        let line = (reader.nextLine() ?? "").replacing("\"", with: "").replacing(":", with: "=")
        for field in ["a=2", "b=3", "c=2", "own=1", "error.message=Trouble()"] { #expect(line.contains(field)) }
    }

    @Test(arguments: LogFormat.allCases)
    func `huge input gives a line of bounded length`(format: LogFormat) {
        let huge = String(repeating: "é\u{1}", count: 1 << 20)
        var nested: Logger.MetadataValue = "x"
        for _ in 0..<1000 { nested = ["n": [nested]] }
        var metadata: Logger.Metadata = ["nested": nested, "wide": .array((0..<100_000).map { "\($0)" })]
        for number in 0..<100 { metadata["\(number)\(huge)"] = "\(huge)" }
        logger(format).info("\(huge)", metadata: metadata)
        let line = reader.nextLine()
        #expect(line.map { $0.utf8.count < 256 * 1024 } == true)
        #expect(line?.contains("…") == true)
        if format == .json { #expect(jsonObject(line)?["truncated"] as? Bool == true) }
    }

    @Test(arguments: LogFormat.allCases)
    func `a cut does not uncover a key nor split a character`(format: LogFormat) {
        for padding in 16_370...16_390 {
            logger(format).info("\(String(repeating: "é", count: padding / 2 - 4))\(padding % 2)fl_77_hidden é")
            let line = reader.nextLine()
            #expect(line != nil)
            #expect(line?.contains("hid") == false)
            #expect(line?.contains("\u{FFFD}") == false)
        }
    }

    @Test(arguments: LogFormat.allCases)
    func `only what is important enough is written`(format: LogFormat) {
        var logger = logger(format)
        logger.debug("no")
        logger.logLevel = .debug
        logger.debug("yes")
        #expect(reader.nextLine()?.contains("yes") == true)
        #expect(reader.next() == nil)
    }
}
