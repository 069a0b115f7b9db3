internal import FStoreLMDB

/// A typed look at a stored value, still in the memory map: nothing is copied or allocated.
///
/// Valid within the ``FeatureStore/read(_:)`` that it came from; the compiler sees to that. Each property is `nil`
/// when the value is of another type.
public struct ValueView: ~Escapable {
    @usableFromInline let tag: Tag
    @usableFromInline let payload: RawSpan

    @inlinable
    @_lifetime(copy payload)
    init(tag: Tag, payload: RawSpan) {
        self.tag = tag
        self.payload = payload
    }

    /// The value's type.
    public var type: ValueType? { tag.type(payloadBytes: payload.byteCount) }

    /// A `float64`.
    @inlinable public var float64: Double? {
        if case .float64 = tag { Double(bitPattern: word) } else { nil }
    }

    /// An `int64`.
    @inlinable public var int64: Int64? {
        if case .int64 = tag { Int64(bitPattern: word) } else { nil }
    }

    /// The first eight bytes; with less it traps. Here and not in the layer below, so that a caller's loop over values
    /// has no call in it.
    @usableFromInline var word: UInt64 {
        @inlinable get { unsafe UInt64(littleEndian: payload.unsafeLoadUnaligned(as: UInt64.self)) }
    }

    /// A `bool`.
    @inlinable public var bool: Bool? {
        switch tag {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// A `timestamp`.
    public var timestamp: Timestamp? {
        tag == .timestamp ? Timestamp(nanoseconds: Int64(bitPattern: word)) : nil
    }

    /// The UTF-8 bytes of a `string` or `json`.
    public var utf8: Span<UInt8>? {
        @_lifetime(copy self)
        get { tag == .string || tag == .json ? payload.octets : nil }
    }

    /// A `bytes`.
    public var bytes: RawSpan? {
        @_lifetime(copy self)
        get { tag == .bytes ? payload : nil }
    }

    /// The bytes of a `bytes`, one by one.
    package var octets: Span<UInt8>? {
        @_lifetime(copy self)
        get { tag == .bytes ? payload.octets : nil }
    }

    /// How many elements a `vector` has.
    public var dimension: Int? {
        tag == .vector ? payload.byteCount / 4 : nil
    }

    /// One element of a `vector`. Traps when the value is not a vector or `index` is not below ``dimension``.
    public func element(_ index: Int) -> Float {
        guard let dimension, index >= 0, index < dimension else { preconditionFailure("no such element of a vector") }
        return Float(bitPattern: payload.littleEndian(at: index * 4, as: UInt32.self))
    }

    /// A copy that may leave the read.
    public var owned: FeatureValue { FeatureValue(tag, payload) }
}

extension ValueView {
    /// A number of any type, as a double.
    @inline(__always)
    var number: Double? {
        switch tag {
        case .float64: Double(bitPattern: word)
        case .int64: Double(Int64(bitPattern: word))
        case .true: 1
        case .false: 0
        default: nil
        }
    }

    /// No value, of no type.
    static var nothing: ValueView {
        @_lifetime(immortal)
        get { ValueView(tag: .tombstone, payload: RawSpan()) }
    }
}
