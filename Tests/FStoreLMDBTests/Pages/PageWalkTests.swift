import FStoreTestSupport
import Glibc
import Testing

@testable import FStoreLMDB

/// Pages are read by our own hand; LMDB's cursor over the same commit is the judge.
@Suite("Reading pages")
struct PageWalkTests {
    private typealias Pair = (key: [UInt8], value: [UInt8])

    @Test(arguments: 0..<4) func `pages answer as LMDB does`(round: Int) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let file = try TemporaryEnvironment()
        try #require(file.environment.pages?.pageBytes == sysconf(Int32(_SC_PAGESIZE)))
        var keys: [[UInt8]] = []
        // A transaction that stays behind, and what it must go on seeing.
        var old: (transaction: ReadTransaction, entries: [Pair])?
        for commit in 0..<16 {
            let transaction = try ReadTransaction(in: file.environment, tables: [("table", file.table)])
            try Self.compare(transaction, file.table, keys, &random, "seed \(seed), commit \(commit)")
            if commit == 4 { old = (transaction, try Self.entries(transaction)) }
            try Self.change(file, &keys, isLast: commit == 14, family: round, &random)
        }
        let (transaction, entries) = try #require(old)
        let after = try Self.entries(transaction)
        #expect(after.map(\.key) == entries.map(\.key) && after.map(\.value) == entries.map(\.value), "seed \(seed)")
        // The same transaction, renewed, sees the newest commit.
        transaction.reset()
        try transaction.renew()
        try Self.compare(transaction, file.table, keys, &random, "seed \(seed), renewed")
    }

    @Test func `a page that cannot be is an error, never a step out of the file`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let file = try TemporaryEnvironment()
        var keys: [[UInt8]] = []
        // Long keys: few to a page, so that the tree is deep.
        for _ in 0..<8 { try Self.change(file, &keys, isLast: false, family: 2, &random) }
        let transaction = try ReadTransaction(in: file.environment, tables: [("table", file.table)])
        guard let tree = try transaction.tree(0) else { return #expect(Bool(false), "no tree") }
        let pageBytes = tree.pageBytes
        let bytes = Int(tree.end) * pageBytes
        let copy = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: pageBytes)
        defer { unsafe copy.deallocate() }
        unsafe copy.copyMemory(from: tree.map, byteCount: bytes)
        guard let root = tree.root else { return #expect(Bool(false), "no root") }
        let tampered = unsafe PageTree(
            TreeRoot(map: PageMap(start: copy, pageBytes: pageBytes), end: tree.end, page: root)
        )
        let start = UnsafeRawPointer(copy)
        // Of the pages in use and of some that are not: it does no harm to change those.
        let branches = (2..<Int(tree.end))
            .filter { page in
                unsafe start.load(fromByteOffset: page * pageBytes + 10, as: UInt16.self) & 0x6F == 1
            }
        let hint = UnsafeMutablePointer<TreePage?>.allocate(capacity: 1)
        defer { unsafe hint.deallocate() }
        var errors = 0
        for round in 0..<20_000 {
            // On the way to a key: its leaf or the root, or any branch. Heads and offsets more often than the rest.
            let key = try #require(keys.randomElement(using: &random))
            let leaf = try #require(try tampered.place(key.span.raw)).page
            let isBranch = round % 10 == 0
            let page =
                switch Int.random(in: 0..<2, using: &random) {
                case _ where isBranch: branches[Int.random(in: 0..<branches.count, using: &random)] * pageBytes
                case 0: unsafe leaf.start - start
                default: Int(root) * pageBytes
                }
            let within = Bool.random(using: &random) ? 0..<100 : 0..<pageBytes
            let offset = page + Int.random(in: within, using: &random)
            let flip = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            let byte = unsafe copy.load(fromByteOffset: offset, as: UInt8.self)
            unsafe copy.storeBytes(of: byte ^ flip, toByteOffset: offset, as: UInt8.self)
            defer { unsafe copy.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self) }
            do throws(StorageError) {
                guard let place = try tampered.place(key.span.raw) else { continue }
                let entry = try tampered.entry(place.page, place.index)
                #expect(unsafe entry.keyStart >= start && entry.keyStart + Int(entry.keyBytes) <= start + bytes)
                #expect(
                    !entry.key.copied.lexicographicallyPrecedes(key),
                    "seed \(seed), offset \(offset), flip \(flip)"
                )
                #expect(isBranch || offset - page >= 8, "a page that is not the one that was asked for")
                let isInside = unsafe Self.isInside(entry, start, bytes, pageBytes)
                #expect(isInside, "seed \(seed), offset \(offset), flip \(flip)")
                if round % 8 == 0 {
                    var walk = unsafe PageWalk(tampered, lastLeaf: nil, near: false)
                    var found = try walk.seek(atOrAfter: key.span.raw)
                    for _ in 0..<40 {
                        guard let entry = found else { break }
                        let isInside = unsafe Self.isInside(entry, start, bytes, pageBytes)
                        #expect(isInside, "seed \(seed), offset \(offset), flip \(flip)")
                        found = walk.stepShared()
                        if found == nil { found = try walk.next(sharing: round % 3) }
                    }
                }
                if isBranch || round % 16 == 1 {
                    // However the pages lead on, a walk comes to an end.
                    unsafe hint.initialize(to: leaf)
                    var walk = unsafe PageWalk(tampered, lastLeaf: hint, near: round % 3 == 0)
                    var steps = 0
                    var found = try walk.seek(atOrAfter: key.span.raw) != nil
                    while found, steps <= keys.count {
                        steps += 1
                        found = try walk.next() != nil
                    }
                    #expect(steps <= keys.count, "seed \(seed), offset \(offset), flip \(flip)")
                }
            } catch {
                errors += 1
            }
        }
        #expect(errors > 500, "seed \(seed)")
    }

    /// Whether a value ends in the page of its key, or has pages of its own that end in the file.
    private static func isInside(_ entry: Entry, _ start: UnsafeRawPointer, _ bytes: Int, _ pageBytes: Int) -> Bool {
        let (key, value) = unsafe (entry.keyStart - start, entry.valueStart - start)
        let isWithin = key / pageBytes == (value + Int(entry.valueBytes) - 1) / pageBytes
        // A damaged entry may also say that its key is empty.
        return isWithin && value >= key
            || value % pageBytes == TreePage.headBytes && value + Int(entry.valueBytes) <= bytes
    }

    /// Roots are looked up once and then read again where they were found. What counts is the commit that the
    /// transaction sees, however many were made before its renewal and between that and its first read.
    @Test func `a renewed transaction finds the roots of its commit`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let file = try TemporaryEnvironment()
        var keys: [[UInt8]] = []
        let transaction = try ReadTransaction(in: file.environment, tables: [("table", file.table)])
        for round in 0..<25 {
            transaction.reset()
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                try Self.change(file, &keys, isLast: round % 20 == 19, family: 1, &random)
            }
            try transaction.renew()
            let seen = keys
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                try Self.change(file, &keys, isLast: false, family: 1, &random)
            }
            try Self.compare(transaction, file.table, seen, &random, "seed \(seed), round \(round)")
        }
    }

    @Test func `a page of LMDB's own table of tables that is not the right one is an error`() throws {
        let file = try TemporaryEnvironment()
        let map = try #require(file.environment.pages)
        let first = try ReadTransaction(in: file.environment, tables: [("table", file.table)])
        let main = try #require(MetaPages(map).tables(in: first.commitNumber)).root
        let place = Int(main) * map.pageBytes
        let descriptor = unsafe open("\(file.path)/t.mdb", O_RDWR)
        defer { close(descriptor) }
        for bit in 0..<64 {
            var byte = unsafe map.start.load(fromByteOffset: place + bit / 8, as: UInt8.self) ^ (1 << UInt8(bit % 8))
            #expect(unsafe pwrite(descriptor, &byte, 1, place + bit / 8) == 1)
            let transaction = try ReadTransaction(in: file.environment, tables: [("table", file.table)])
            #expect(throws: PageDamage.error, "bit \(bit)") { _ = try transaction.walk(0, near: false) }
            byte ^= 1 << UInt8(bit % 8)
            #expect(unsafe pwrite(descriptor, &byte, 1, place + bit / 8) == 1)
        }
        _ = try first.walk(0, near: false)
    }

    // MARK: Both ways

    private static func entries(_ transaction: ReadTransaction) throws -> [Pair] {
        var walk = try transaction.walk(0, near: false)
        var entries: [Pair] = []
        let least: [UInt8] = [0]
        var found = try walk.seek(atOrAfter: least.span.raw)
        while let entry = found {
            entries.append((entry.key.copied, entry.value.copied))
            found = try walk.next()
        }
        return entries
    }

    private static func compare(
        _ transaction: ReadTransaction,
        _ table: Table,
        _ keys: [[UInt8]],
        _ random: inout SeededGenerator,
        _ note: String
    ) throws {
        let cursor = try OwnedCursor(over: table, in: transaction)
        // All of it, from the first entry to the last.
        let all = try entries(transaction)
        var found = try cursor.walk.first()
        for entry in all {
            #expect(found?.key.copied == entry.key && found?.value.copied == entry.value, "\(note)")
            found = try cursor.walk.next()
        }
        #expect(found?.key.copied == nil, "\(note)")
        #expect(all.count == Set(keys).count, "\(note)")

        var probes = (0..<150).map { _ in probe(keys, &random) }
        if Bool.random(using: &random) { probes.sort { $0.lexicographicallyPrecedes($1) } }
        var walk = try transaction.walk(0, near: false)
        for key in probes {
            // Sometimes the walk of before, sometimes one that looks around the last place first.
            switch Int.random(in: 0..<3, using: &random) {
            case 0: walk = try transaction.walk(0, near: false)
            case 1: walk = try transaction.walk(0, near: true)
            default: break
            }
            var left = try walk.seek(atOrAfter: key.span.raw)
            var right = try cursor.walk.seek(atOrAfter: key.span.raw)
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                #expect(left?.key.copied == right?.key.copied, "\(note), key \(key)")
                #expect(left?.value.copied == right?.value.copied, "\(note), key \(key)")
                if left == nil { break }
                left = try walk.next()
                right = try cursor.walk.next()
            }
            try compareShared(transaction, cursor.walk, key, Int.random(in: 0...14, using: &random), note)
            let value = try transaction.value(forKey: key.span.raw, at: 0)?.copied
            let judge = try transaction.value(forKey: key.span.raw, in: table)?.copied
            #expect(value == judge, "\(note), key \(key)")
        }
    }

    /// The walk over keys with one beginning: the quick step where it has an answer, as `LatestWalk` uses it.
    private static func compareShared(
        _ transaction: ReadTransaction,
        _ cursor: Cursor,
        _ key: [UInt8],
        _ prefixBytes: Int,
        _ note: String
    ) throws {
        var walk = try transaction.walk(0, near: false)
        var left = try walk.seek(atOrAfter: key.span.raw)
        var right = try cursor.seek(atOrAfter: key.span.raw)
        let prefix = left?.key.copied.prefix(prefixBytes)
        // A leaf of short entries has some hundred.
        for _ in 0..<300 {
            #expect(left?.key.copied == right?.key.copied, "\(note), key \(key), \(prefixBytes) bytes")
            // Some have pages of their own, which the quick step must leave to the other one.
            #expect(left?.value.copied == right?.value.copied, "\(note), key \(key), \(prefixBytes) bytes")
            if left == nil { return }
            left = walk.stepShared()
            if left == nil { left = try walk.next(sharing: prefixBytes) }
            right = try cursor.next()
            guard let prefix, prefix.count == prefixBytes, right?.key.copied.starts(with: prefix) == true else {
                #expect(left?.key.copied == nil, "\(note), key \(key), \(prefixBytes) bytes")
                return
            }
        }
    }

    /// A key that is there, one beside it, or any.
    private static func probe(_ keys: [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
        var key = keys.randomElement(using: &random) ?? [7]
        switch Int.random(in: 0..<6, using: &random) {
        case 0 where key.count > 1: key.removeLast()
        case 1 where key.count < 511: key.append(0)
        case 2: key[key.count - 1] &+= 1
        case 3: key[Int.random(in: 0..<key.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        case 4: key = self.key(family: Int.random(in: 0..<4, using: &random), &random)
        default: break
        }
        return key
    }

    /// Writes and removes some entries in one commit; removes all of them in the last but one.
    private static func change(
        _ file: TemporaryEnvironment,
        _ keys: inout [[UInt8]],
        isLast: Bool,
        family: Int,
        _ random: inout SeededGenerator
    ) throws {
        let transaction = try WriteTransaction(in: file.environment)
        let removed = isLast ? keys.count : Int.random(in: 0...keys.count / 2, using: &random)
        keys.shuffle(using: &random)
        for key in keys.suffix(removed) { try transaction.remove(key.span.raw, from: file.table) }
        keys.removeLast(removed)
        var present = Set(keys)
        for _ in 0..<(isLast ? 0 : Int.random(in: 1...800, using: &random)) {
            let key = key(family: family, &random)
            // Values of every kind: none, short ones, and such as have pages of their own.
            let sizes = [0...0, 1...40, 1...40, 1...1900, 1900...9000]
            let size = Int.random(in: sizes[Int.random(in: 0..<sizes.count, using: &random)], using: &random)
            let value = [UInt8](repeating: UInt8.random(in: 0...255, using: &random), count: size)
            try transaction.put(value.span.raw, forKey: key.span.raw, in: file.table)
            if present.insert(key).inserted { keys.append(key) }
        }
        try transaction.commit()
    }

    private static func key(family: Int, _ random: inout SeededGenerator) -> [UInt8] {
        let number = (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }
        return switch family {
        // Few bytes, so that one is often the beginning of another.
        case 0:
            (0..<Int.random(in: 1...9, using: &random)).map { _ in [0, 1, 255][Int.random(in: 0..<3, using: &random)] }
        // As FStore's own: a common beginning, then a number.
        case 1: Array("0000entity-\(number[0] % 8)".utf8) + number
        // As long as they may be, different at the end only.
        case 2: [UInt8](repeating: 9, count: 505) + number.suffix(2)
        default: (0..<Int.random(in: 1...511, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
    }
}
