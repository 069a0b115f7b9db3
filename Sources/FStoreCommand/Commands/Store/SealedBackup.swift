internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreConnectors
internal import FStoreSecurity
internal import Glibc
internal import Synchronization

/// A backup whose files are sealed with a key or a passphrase, each on its way: nothing of the values is written in
/// clear.
struct SealedBackup {
    let source: String
    let target: String
    let secret: FileSecret

    /// What the files are called behind their own names.
    static let ending = ".sealed"
    /// The files that a backup may have.
    static let names = [FeatureStore.fileName, Catalog.fileName, SealingKey.fileName]

    private static let blockBytes = 1 << 20

    /// Whether the backup in `directory` is a sealed one.
    static func exists(in directory: String) -> Bool {
        FileCopy.exists(directory + "/" + FeatureStore.fileName + ending)
    }

    /// Fills the target, which must be empty or not exist.
    ///
    /// - Returns: whether there was a catalog.
    func write(_ store: FeatureStore, withSecretKey: Bool) throws -> Bool {
        try BackupDirectory(target).prepare()
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw Self.failure("a pipe") }
        let (output, input) = (ends[1], InputFile(descriptor: ends[0], name: "the values"))
        // The copy is written by a thread of its own, while this one seals what comes out.
        let outcome = CopyOutcome()
        let isRunning = SystemThread.start {
            do throws(MaintenanceError) { try store.backup(into: output) } catch {
                outcome.error.withLock { $0 = error }
            }
            close(output)
        }
        guard isRunning else {
            close(output)
            throw Self.failure("a thread")
        }
        let result = Result { try seal(input, as: FeatureStore.fileName) }
        // The end of the pipe says that the thread is through with the store, which may be closed then.
        var rest = [UInt8](repeating: 0, count: Self.blockBytes)
        while try input.read(into: &rest, at: 0, count: rest.count) > 0 {}
        if let error = outcome.error.withLock({ $0 }) { throw error }
        try result.get()
        guard Catalog.exists(in: source) else { return false }
        try sealCatalog()
        if withSecretKey { try seal(InputFile(source + "/" + SealingKey.fileName), as: SealingKey.fileName) }
        return true
    }

    /// SQLite can only copy into a file. It lies beside the catalog, as safe as that, and has lost its name before the
    /// first byte is read.
    private func sealCatalog() throws {
        let catalog = try Catalog(directory: source)
        defer { try? catalog.close() }
        let copy = "\(source)/\(Catalog.fileName).backup-\(getpid())"
        _ = unsafe unlink(copy)
        defer { _ = unsafe unlink(copy) }
        try Blocking.run { try await catalog.backup(to: copy) }
        let input = try InputFile(copy)
        _ = unsafe unlink(copy)
        try seal(input, as: Catalog.fileName)
    }

    private func seal(_ input: InputFile, as name: String) throws {
        var sealer = try FileSealer(secret, name: name)
        let file = try NewFile(target + "/" + name + Self.ending)
        file.output.write(sealer.prefix)
        var buffer = [UInt8](repeating: 0, count: Self.blockBytes)
        while true {
            let count = try input.read(into: &buffer, at: 0, count: buffer.count)
            if count == 0 { break }
            file.output.write(sealer.add(buffer[..<count]))
            try file.output.check()
        }
        file.output.write(sealer.finish())
        try file.finish()
    }

    /// Opens every file into the target, which must be empty or not exist, and checks them there.
    ///
    /// - Returns: whether there was a catalog.
    func restore() throws -> Bool {
        try BackupDirectory(target).prepare()
        do {
            let found = Self.names.filter { FileCopy.exists(source + "/" + $0 + Self.ending) }
            for name in found { try open(name) }
            var options = StoreOptions()
            options.access = .readOnly
            try FeatureStore(directory: target, options: options).close()
            let hasCatalog = found.contains(Catalog.fileName)
            if hasCatalog { try CatalogCopy(source: source, target: target).check() }
            return hasCatalog
        } catch {
            // Half a store must not look like one.
            let companions = ["values.mdb-lock"] + ["-wal", "-shm", "-commits"].map { Catalog.fileName + $0 }
            for name in Self.names + companions { _ = unsafe unlink(target + "/" + name) }
            throw error
        }
    }

    private func open(_ name: String) throws {
        let input = try InputFile(source + "/" + name + Self.ending)
        var opener = FileOpener(secret, name: name)
        let file = try NewFile(target + "/" + name)
        var buffer = [UInt8](repeating: 0, count: Self.blockBytes)
        while true {
            let count = try input.read(into: &buffer, at: 0, count: buffer.count)
            if count == 0 { break }
            file.output.write(try opener.add(buffer[..<count]))
            try file.output.check()
        }
        file.output.write(try opener.finish())
        try file.finish()
    }

    private static func failure(_ what: String) -> CommandError {
        CommandError(.inputOutput, "system", "\(what) cannot be made: \(SystemCall.reason())")
    }

    /// A file for its owner alone, where there must be none.
    private final class NewFile {
        let output: Output
        private let path: String
        private let descriptor: Int32

        init(_ path: String) throws {
            self.path = path
            descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw Self.failure(path) }
            output = Output(descriptor: descriptor)
        }

        deinit {
            if descriptor >= 0 { close(descriptor) }
        }

        /// All of it has reached the disk when this returns.
        func finish() throws {
            try output.flush()
            guard fsync(descriptor) == 0 else { throw Self.failure(path) }
        }

        private static func failure(_ path: String) -> CommandError {
            CommandError(.cannotCreate, "cannot_create", "\(path) cannot be written: \(SystemCall.reason())")
        }
    }
}

/// What the thread of the copy leaves behind.
private final class CopyOutcome: Sendable {
    let error = Mutex<MaintenanceError?>(nil)
}

/// What a backup is sealed with.
struct BackupSecretArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file of 64 hexadecimal digits, made with: openssl rand -hex 32",
            valueName: "file"
        )
    )
    var keyFile: String?

    @Option(help: ArgumentHelp("A file with a passphrase of 12 bytes or more.", valueName: "file"))
    var passphraseFile: String?

    private static let leastBytes = 12
    private static let maxBytes = 4096

    var isGiven: Bool { keyFile != nil || passphraseFile != nil }

    func validate() throws {
        if keyFile != nil, passphraseFile != nil {
            throw ValidationError("give either --key-file or --passphrase-file")
        }
    }

    /// `nil` when none is given.
    func read() throws -> FileSecret? {
        if let keyFile {
            let text = String(decoding: try Self.content(of: keyFile), as: UTF8.self)
            do { return .key(try SealingKey.parse(text)) } catch {
                throw CommandError(.badData, "key_file", "\(keyFile): \(error)")
            }
        }
        guard let passphraseFile else { return nil }
        let passphrase = try Self.content(of: passphraseFile)
        guard passphrase.count >= Self.leastBytes else {
            throw CommandError(
                .badData,
                "passphrase_file",
                "\(passphraseFile): a passphrase has at least \(Self.leastBytes) bytes"
            )
        }
        return .passphrase(passphrase)
    }

    /// The text of a small file without the white space around it.
    private static func content(of path: String) throws -> [UInt8] {
        let file = try InputFile(path)
        var bytes = [UInt8](repeating: 0, count: maxBytes)
        let count = try file.read(into: &bytes, at: 0, count: bytes.count)
        let isSpace = { (byte: UInt8) in byte == 10 || byte == 13 || byte == 32 || byte == 9 }
        let text = bytes[..<count]
        guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return Array(text[first...last])
    }
}
