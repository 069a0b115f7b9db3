internal import CSodium

/// What a file is sealed with: a key, or a passphrase that a key is made of.
package enum FileSecret: Sendable {
    case key(SealingKey)
    case passphrase([UInt8])
}

/// The form of a sealed file, which libsodium's `secretstream` (XChaCha20-Poly1305) makes of it.
///
/// ```
/// "FStoreS1" · kind (1 byte) · salt (16) · stream header (24) · pieces
/// ```
///
/// Each piece is 65 536 bytes of the file with 17 bytes around them, the last one shorter and marked as the last: a
/// file that was cut off, or whose pieces were moved or changed, does not open. Everything before the pieces, and the
/// name of the file, is authenticated with the first piece, so that one file cannot stand in for another.
enum SealedFileForm {
    static let magic = Array("FStoreS1".utf8)
    static let saltCount = 16
    static let headerCount = 24
    static let pieceCount = 65_536
    static let overhead = 17
    static let prefixCount = magic.count + 1 + saltCount

    static func kind(_ secret: FileSecret) -> UInt8 {
        switch secret {
        case .key: 1
        case .passphrase: 2
        }
    }

    /// The key for one file. A passphrase goes through Argon2id, which takes 64 MiB and some tenths of a second.
    static func key(_ secret: FileSecret, salt: [UInt8]) -> [UInt8]? {
        Sodium.start()
        var key = [UInt8](repeating: 0, count: SealingKey.byteCount)
        switch secret {
        case .key(let sealing):
            // A key of its own for each file: the salt and the given key, hashed together.
            let status = unsafe sealing.withBytes { bytes in
                unsafe crypto_generichash(&key, key.count, salt, UInt64(salt.count), bytes, SealingKey.byteCount)
            }
            return status == 0 ? key : nil
        case .passphrase(let text):
            let signed = text.map { CChar(bitPattern: $0) }
            let status = unsafe crypto_pwhash(
                &key,
                UInt64(key.count),
                signed,
                UInt64(signed.count),
                salt,
                2,
                64 << 20,
                crypto_pwhash_ALG_ARGON2ID13
            )
            return status == 0 ? key : nil
        }
    }
}

/// Seals a file piece by piece.
package struct FileSealer: ~Copyable {
    private var state = crypto_secretstream_xchacha20poly1305_state()
    private var buffer: [UInt8] = []
    private var additional: [UInt8]
    private var isOver = false
    /// What stands at the beginning of the sealed file.
    package let prefix: [UInt8]

    /// - Parameter name: of the file; opening takes the same one.
    package init(_ secret: FileSecret, name: String) throws(FileSealingError) {
        let salt = SystemRandom.bytes(SealedFileForm.saltCount)
        guard let key = SealedFileForm.key(secret, salt: salt) else { throw .noMemory }
        var header = [UInt8](repeating: 0, count: SealedFileForm.headerCount)
        _ = unsafe crypto_secretstream_xchacha20poly1305_init_push(&state, &header, key)
        prefix = SealedFileForm.magic + [SealedFileForm.kind(secret)] + salt + header
        additional = prefix + Array(name.utf8)
    }

    /// Takes more of the file, and returns sealed pieces that are complete.
    package mutating func add(_ bytes: some Collection<UInt8>) -> [UInt8] {
        buffer.append(contentsOf: bytes)
        var sealed: [UInt8] = []
        var position = 0
        // One byte stays: the last piece is never empty unless the file is.
        while buffer.count - position > SealedFileForm.pieceCount {
            let end = position + SealedFileForm.pieceCount
            sealed += piece(Array(buffer[position..<end]), isLast: false)
            position = end
        }
        buffer.removeFirst(position)
        return sealed
    }

    /// The last piece.
    package mutating func finish() -> [UInt8] {
        precondition(!isOver, "a file ends once")
        isOver = true
        return piece(buffer, isLast: true)
    }

    private mutating func piece(_ plain: [UInt8], isLast: Bool) -> [UInt8] {
        var sealed = [UInt8](repeating: 0, count: plain.count + SealedFileForm.overhead)
        let status = unsafe crypto_secretstream_xchacha20poly1305_push(
            &state,
            &sealed,
            nil,
            plain,
            UInt64(plain.count),
            additional,
            UInt64(additional.count),
            isLast ? 3 : 0
        )
        precondition(status == 0, "the cipher refuses only lengths that no memory has")
        additional = []
        return sealed
    }
}

/// Opens a sealed file piece by piece. What it returns may be used once the end has come: see ``isComplete``.
package struct FileOpener: ~Copyable {
    private let secret: FileSecret
    private let name: String
    private var state: crypto_secretstream_xchacha20poly1305_state?
    private var additional: [UInt8] = []
    private var buffer: [UInt8] = []
    /// Whether the last piece was opened, and nothing came behind it.
    package private(set) var isComplete = false

    package init(_ secret: FileSecret, name: String) {
        self.secret = secret
        self.name = name
    }

    /// Takes more of the sealed file, and returns what is open.
    package mutating func add(_ bytes: some Collection<UInt8>) throws(FileSealingError) -> [UInt8] {
        if isComplete, !bytes.isEmpty { throw .refused }
        buffer.append(contentsOf: bytes)
        if state == nil, try !begin() { return [] }
        var plain: [UInt8] = []
        var position = 0
        let whole = SealedFileForm.pieceCount + SealedFileForm.overhead
        while buffer.count - position > whole {
            plain += try piece(Array(buffer[position..<position + whole]), isLast: false)
            position += whole
        }
        buffer.removeFirst(position)
        return plain
    }

    /// The last piece, when the sealed file has been given to its end.
    package mutating func finish() throws(FileSealingError) -> [UInt8] {
        guard state != nil else { throw .malformed }
        let plain = try piece(buffer, isLast: true)
        isComplete = true
        return plain
    }

    /// Reads what stands before the pieces. `false` when it has not come yet.
    private mutating func begin() throws(FileSealingError) -> Bool {
        let count = SealedFileForm.prefixCount + SealedFileForm.headerCount
        guard buffer.count >= count else { return false }
        let prefix = Array(buffer[..<count])
        guard prefix.starts(with: SealedFileForm.magic) else { throw .malformed }
        guard prefix[SealedFileForm.magic.count] == SealedFileForm.kind(secret) else {
            throw .otherKind(isPassphrase: prefix[SealedFileForm.magic.count] == 2)
        }
        let salt = Array(prefix[(SealedFileForm.magic.count + 1)..<SealedFileForm.prefixCount])
        guard let key = SealedFileForm.key(secret, salt: salt) else { throw .noMemory }
        var started = crypto_secretstream_xchacha20poly1305_state()
        let header = Array(prefix[SealedFileForm.prefixCount...])
        guard unsafe crypto_secretstream_xchacha20poly1305_init_pull(&started, header, key) == 0 else { throw .refused }
        state = started
        additional = prefix + Array(name.utf8)
        buffer.removeFirst(count)
        return true
    }

    private mutating func piece(_ sealed: [UInt8], isLast: Bool) throws(FileSealingError) -> [UInt8] {
        guard sealed.count >= SealedFileForm.overhead, var current = state else { throw .malformed }
        // One byte more than needed: an array of none has no address to give.
        var plain = [UInt8](repeating: 0, count: sealed.count - SealedFileForm.overhead + 1)
        var tag: UInt8 = 0
        let status = unsafe crypto_secretstream_xchacha20poly1305_pull(
            &current,
            &plain,
            nil,
            &tag,
            sealed,
            UInt64(sealed.count),
            additional,
            UInt64(additional.count)
        )
        guard status == 0, (tag == 3) == isLast else { throw .refused }
        state = current
        additional = []
        plain.removeLast()
        return plain
    }
}

/// Why a file was not sealed or opened.
package enum FileSealingError: Error, Hashable, Sendable {
    /// It is not a sealed file, or only the beginning of one.
    case malformed
    /// It was sealed with the other kind of secret.
    case otherKind(isPassphrase: Bool)
    /// Another key or passphrase, another file, or one that was changed or cut off. Which of them cannot be told.
    case refused
    /// The system has no memory to make a key of a passphrase.
    case noMemory
}

extension FileSealingError: CustomStringConvertible {
    /// A sentence without its subject, to follow the name of the file.
    package var description: String {
        switch self {
        case .malformed: "is not a sealed file of this program, or was cut off"
        case .otherKind(let isPassphrase):
            isPassphrase
                ? "was sealed with a passphrase; give it with --passphrase-file"
                : "was sealed with a key; give it with --key-file"
        case .refused:
            "does not open: the key or passphrase is not the one it was sealed with, or the file was changed or cut off"
        case .noMemory: "cannot be opened: there is too little memory; making the key from a passphrase takes 64 MiB"
        }
    }
}
