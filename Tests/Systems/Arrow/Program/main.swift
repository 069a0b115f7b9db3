internal import FStoreArrow
#if canImport(Glibc)
internal import Glibc
#else
internal import Musl
#endif

/// Reads an Arrow stream from standard input.
///
///     arrow-check copy [rows] [piece]   writes it again with columns appended, in batches of at most `rows` rows
///     arrow-check values                writes what the accessors say, a line for each value
///     arrow-check build                 writes the columns again through builders
///     arrow-check damage times seed     changes bytes at random, and reads and copies what comes of it
///     arrow-check measure               writes how long reading, copying and looking at each value takes
let arguments = CommandLine.arguments
let rows = arguments.count > 2 ? Int(arguments[2]) ?? 0 : 0
let piece = arguments.count > 3 ? Int(arguments[3]) ?? 65_536 : 65_536

do throws(ArrowError) {
    switch arguments.count > 1 ? arguments[1] : "" {
    case "copy": try copy(rows: rows, piece: piece)
    case "values": try printValues()
    case "build": try build()
    case "damage": damage(times: rows, seed: piece)
    case "measure": try measure()
    default: fail("unknown mode")
    }
} catch {
    fail(error.description)
}
