public import FStore
public import Foundation

// Without these, `localizedDescription` of an error of the engine says "The operation could not be completed".

extension OpenError: LocalizedError {
    /// The sentence of ``FStore/OpenError/description``.
    public var errorDescription: String? { description }
}

extension ReadError: LocalizedError {
    /// The sentence of ``FStore/ReadError/description``.
    public var errorDescription: String? { description }
}

extension WriteError: LocalizedError {
    /// The sentence of ``FStore/WriteError/description``.
    public var errorDescription: String? { description }
}

extension MaintenanceError: LocalizedError {
    /// The sentence of ``FStore/MaintenanceError/description``.
    public var errorDescription: String? { description }
}

extension LimitError: LocalizedError {
    /// The sentence of ``FStore/LimitError/description``.
    public var errorDescription: String? { description }
}

extension TimestampError: LocalizedError {
    /// The sentence of ``FStore/TimestampError/description``.
    public var errorDescription: String? { description }
}

extension SpineError: LocalizedError {
    /// The sentence of ``FStore/SpineError/description``.
    public var errorDescription: String? { description }
}

extension JSONError: LocalizedError {
    /// The sentence of ``FStore/JSONError/description``.
    public var errorDescription: String? { description }
}

extension Corruption: LocalizedError {
    /// The sentence of ``FStore/Corruption/description``.
    public var errorDescription: String? { description }
}
