internal import ArgumentParser
internal import FStore

/// Sizes such as `512M` or `64G`, in powers of 1024.
enum ByteSizeText {
    private static let suffixes = ["K", "M", "G", "T"]

    /// Reads a size of the command line.
    static func parse(_ text: String) throws -> Int {
        guard let size = size(text) else {
            throw ValidationError(
                "\"\(text.excerpt)\" is not a size; write bytes, or a number with K, M, G or T such as 64G"
            )
        }
        return size
    }

    /// `nil` when `text` is not a size that fits 63 bits.
    static func size(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits) else { return nil }
        let suffix = text.dropFirst(digits.count).uppercased()
        if suffix.isEmpty { return number }
        guard let power = suffixes.firstIndex(of: suffix) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: 1 << (10 * (power + 1)))
        return overflow ? nil : product
    }

    /// For people: `1.5 MiB`.
    static func text(_ bytes: Int) -> String {
        if bytes < 1024 { return "\(bytes) B" }
        var value = Double(bytes)
        var unit = ""
        for suffix in suffixes where value >= 1024 {
            value /= 1024
            unit = suffix
        }
        return "\((value * 10).rounded() / 10) \(unit)iB"
    }
}
