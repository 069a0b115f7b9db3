import Foundation

/// A log line read back by a JSON reader that is not ours.
func jsonObject(_ line: String?) -> NSDictionary? {
    guard let line else { return nil }
    return (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? NSDictionary
}
