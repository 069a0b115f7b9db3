/// Where the parts of a column lie in the bytes of its batch.
struct ColumnBuffers {
    var validity: Int?
    var values = 0
    var data = 0..<0
    var viewBuffers: [Range<Int>] = []
    var elements: ArrowColumn?
    var dictionary: ArrowDictionary?
}
