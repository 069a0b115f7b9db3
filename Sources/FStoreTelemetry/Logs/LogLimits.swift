/// How much of odd input a log line takes. What goes beyond is cut, and the cut is marked with `…`.
enum LogLimits {
    /// UTF-8 bytes of a message.
    static let messageBytes = 16 * 1024
    /// UTF-8 bytes of a key or of one value.
    static let valueBytes = 8 * 1024
    /// Bytes of a line after which no further field is begun.
    static let lineBytes = 64 * 1024
    /// Dictionaries and arrays in one another.
    static let depth = 8
}
