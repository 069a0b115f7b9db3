/// Turns the bytes of a file into those that readers of rows look at: uncompressed, and UTF-8.
package protocol InputDecoder: AnyObject {
    /// Adds what `bytes` stand for to `output`, and keeps what is not whole yet.
    ///
    /// - Parameter isEnd: whether nothing follows `bytes`.
    func decode(_ bytes: ArraySlice<UInt8>, isEnd: Bool, into output: inout [UInt8]) throws(InputError)
}

/// Uncompresses gzip.
package final class GzipDecoder: InputDecoder {
    private static let pieceBytes = 1 << 16

    private let inflater = Inflater()
    private let path: String

    package init(path: String) {
        self.path = path
    }

    package func decode(_ bytes: ArraySlice<UInt8>, isEnd: Bool, into output: inout [UInt8]) throws(InputError) {
        var position = bytes.startIndex
        var hasMore = false
        while position < bytes.endIndex || hasMore {
            let begin = output.count
            output.append(contentsOf: repeatElement(0, count: Self.pieceBytes))
            let step: Inflater.Step
            do {
                step = try unsafe bytes[position...]
                    .withUnsafeBytes { input in
                        try unsafe output.withUnsafeMutableBytes { room in
                            try unsafe inflater.step(input, into: .init(rebasing: room[begin...]))
                        }
                    }
            } catch {
                throw .cannotDecode(path: path, reason: "it is not gzip, or it is damaged")
            }
            output.removeLast(Self.pieceBytes - step.made)
            position += step.taken
            hasMore = step.hasMore
        }
        if isEnd, !inflater.isBetweenTexts {
            throw .cannotDecode(path: path, reason: "its compressed data are cut short")
        }
    }
}
