internal import FStoreLMDB

/// Why a transaction writes.
enum WritePurpose {
    /// Brings something. Leaves the reserve untouched.
    case ordinary
    /// Erases, deletes or reclaims, and may take the last page for it.
    case reclaiming
}

/// Room in the map and on the disk that ordinary transactions leave free, because erasing writes too.
///
/// `docs/on-disk-format.md`, *A full map and a full disk*, says how large it is.
struct RoomReserve {
    private let tables: StoreTables
    /// Up to where the disk keeps room for the file; `nil` once the file system has said that it cannot.
    private var reservedEnd: Int? = 0

    init(_ tables: StoreTables) {
        self.tables = tables
    }

    /// A sixteenth of what the map or the file has, 256 KiB to 16 MiB.
    static func bytes(of whole: Int) -> Int { min(max(whole / 16, 262_144), 16_777_216) }

    /// Whether a transaction of so many cells and bytes surely leaves the reserve. When it may not, it has to be
    /// rehearsed.
    ///
    /// - Throws: ``StorageError/diskFull`` when the disk has no room beside the reserve.
    mutating func isAmple(
        _ transaction: borrowing WriteTransaction,
        in environment: Environment,
        cells: Int,
        bytes: Int
    ) throws(StorageError) -> Bool {
        let (map, file, page) = try environment.extentBytes()
        let need = try pages(transaction, cells: cells, bytes: bytes, page: page)
        let isOnDisk = try reserveDisk(environment, file: file)
        let wanted = need + Self.bytes(of: map) / page
        let unused = (map - file) / page
        if isOnDisk, unused >= wanted { return true }
        let reusable = try transaction.reusablePages(in: environment, enough: wanted)
        // What is written over pages that the file has takes nothing from the disk.
        if !isOnDisk, reusable < need + Self.bytes(of: file) / page { throw .diskFull }
        return unused + reusable >= wanted
    }

    /// Takes the reserve, to see whether it is still there after what the transaction has written. The transaction must
    /// not be committed then.
    func rehearse(_ transaction: borrowing WriteTransaction, in environment: Environment) throws(StorageError) {
        let (map, _, page) = try environment.extentBytes()
        try transaction.occupy(pages: Self.bytes(of: map) / page, in: tables.meta, of: environment)
    }

    /// The most pages that a transaction can take: for each cell those from the root to the leaf of either table, but
    /// not more than there are; twice its bytes in either table; and some for definitions and free pages.
    private func pages(
        _ transaction: borrowing WriteTransaction,
        cells: Int,
        bytes: Int,
        page: Int
    ) throws(StorageError) -> Int {
        let history = try transaction.statistics(of: tables.history)
        let latest = try transaction.statistics(of: tables.latest)
        let touched = min(cells * (history.depth + latest.depth + 2), history.pages + latest.pages)
        return touched + 4 * bytes / page + 32
    }

    /// Has the disk keep room behind the end of the file. Asked anew only when the file has grown into it.
    private mutating func reserveDisk(_ environment: Environment, file: Int) throws(StorageError) -> Bool {
        let bytes = Self.bytes(of: file)
        guard let reserved = reservedEnd, file + bytes > reserved else { return true }
        do throws(StorageError) {
            reservedEnd = try environment.reserveDisk(2 * bytes, from: file) ? file + 2 * bytes : nil
            return true
        } catch .diskFull {
            // What is kept already is for whoever erases.
            return false
        }
    }
}
