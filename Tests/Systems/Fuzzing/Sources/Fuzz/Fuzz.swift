internal import CFuzzer
internal import Glibc

/// Runs one fuzz target, which `FSTORE_FUZZ_TARGET` names, under libFuzzer with the arguments of its command line.
@main
struct Fuzz {
    static let targets: [String: @Sendable ([UInt8]) -> Void] = [
        "arrow": ArrowTarget.run,
        "chunks": HeadTarget.chunks,
        "connection": ConnectionTarget.run,
        "head": HeadTarget.head,
        "json": JSONTarget.document,
        "numbers": NumberTarget.run,
        "plain": JSONTarget.plain,
        "query": QueryTarget.run,
        "strings": JSONTarget.string,
        "times": TimeTarget.run,
    ]

    static let target: @Sendable ([UInt8]) -> Void = {
        let name = getenv("FSTORE_FUZZ_TARGET").map { String(cString: $0) } ?? ""
        guard let target = targets[name] else {
            print("FSTORE_FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: ", "))")
            exit(64)
        }
        return target
    }()

    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        let code = LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
            Fuzz.target(Array(UnsafeBufferPointer(start: bytes, count: count)))
            return 0
        }
        exit(code)
    }
}

/// Stops the run, which keeps the input: what must always hold does not.
func require(_ isTrue: Bool, _ rule: StaticString, line: UInt = #line) {
    if !isTrue { fatalError("broken: \(rule)", line: line) }
}
