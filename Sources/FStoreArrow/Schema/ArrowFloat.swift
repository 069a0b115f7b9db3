/// The floating point numbers of Arrow. The raw value is the code of the format.
package enum ArrowFloat: Int16, Hashable, Sendable, CaseIterable {
    case float16, float32, float64
}
