import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import FStoreHTTP

/// An event loop copied an answer of 16 MiB to the system in one piece. The reads of others on that loop waited for
/// milliseconds; everybody looked at the time of the large answer, which was good.
@Suite("Large answers")
struct ResponseBodySlicesTests {
    private final class Written: Sendable {
        let slices = Mutex<[ByteBuffer]>([])
        let isFinished = Mutex(false)
    }

    private struct Writer: ResponseBodyWriter {
        let written: Written

        mutating func write(_ buffer: ByteBuffer) async throws { written.slices.withLock { $0.append(buffer) } }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws { written.isFinished.withLock { $0 = true } }
    }

    @Test(arguments: [0, 1, 131_071, 131_072, 131_073, 262_144, 300_000])
    func `go out in slices, whole and in order`(count: Int) async throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let body = Responder.response(.json(bytes)).body
        #expect(body.contentLength == count)
        let written = Written()
        try await body.write(Writer(written: written))
        let slices = written.slices.withLock { $0 }
        #expect(slices.flatMap { Array($0.readableBytesView) } == bytes)
        #expect(slices.allSatisfy { $0.readableBytes <= 131_072 })
        #expect(slices.count == max(1, (count + 131_071) / 131_072))
        #expect(written.isFinished.withLock { $0 })
    }
}
