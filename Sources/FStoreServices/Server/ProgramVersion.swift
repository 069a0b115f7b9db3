/// The version of the program: the command line, the health answers, the metrics and the OpenAPI document say this one.
package enum ProgramVersion {
    package static let text = "0.1.0"
}
