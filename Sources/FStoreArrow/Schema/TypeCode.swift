/// The numbers under which Arrow's `Schema.fbs` lists its types.
enum TypeCode: UInt8 {
    case null = 1
    case int, floatingPoint, binary, utf8, bool, decimal, date, time, timestamp, interval, list, structure, union
    case fixedSizeBinary, fixedSizeList, map, duration, largeBinary, largeUTF8, largeList, runEndEncoded
    case binaryView, utf8View, listView, largeListView
}
