package import FStore

/// Finds what a misspelled word was most likely meant to be.
package enum Spelling {
    /// The candidate closest to `word`; `nil` when none is close.
    ///
    /// Close is a third of its letters, at least one and at most four: more changes make another word of it. A single
    /// letter is close to nothing else: the one change would leave nothing of it.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased().unicodeScalars)
        let most = letters.count < 2 ? 0 : min(4, max(1, letters.count / 3))
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            // A letter has at most four bytes: what is much longer or shorter needs no closer look.
            if abs(candidate.utf8.count - word.utf8.count) > 4 * max(1, most) { continue }
            let limit = best.map { $0.distance - 1 } ?? most
            let other = Array(candidate.lowercased().unicodeScalars)
            if let distance = distance(other, letters, limit: limit) { best = (candidate, distance) }
            if best?.distance == 0 { break }
        }
        return best?.candidate
    }

    /// `; did you mean "wind"?`, or nothing.
    package static func suggestion(for word: String, among candidates: some Sequence<String>) -> String {
        nearest(to: word, among: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// How many letters must be inserted, removed, replaced or swapped with their neighbor; `nil` when more than
    /// `limit`.
    ///
    /// Looks only at a band of `limit` places around the diagonal, where every way of so few changes stays: long names
    /// cost as many steps as they have letters, not the square of it.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], limit: Int) -> Int? {
        if limit < 0 || abs(left.count - right.count) > limit { return nil }
        let tooMany = limit + 1
        var beforeLast = [Int](repeating: tooMany, count: right.count + 1)
        var last = (0...right.count).map { min($0, tooMany) }
        for row in left.indices {
            var current = [Int](repeating: tooMany, count: right.count + 1)
            current[0] = min(row + 1, tooMany)
            var least = current[0]
            for column in max(0, row - limit)..<max(0, min(right.count, row + limit + 1)) {
                var cost = min(last[column + 1] + 1, current[column] + 1)
                cost = min(cost, last[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current[column + 1] = min(cost, tooMany)
                least = min(least, cost)
            }
            if least > limit { return nil }
            (beforeLast, last) = (last, current)
        }
        return last[right.count] > limit ? nil : last[right.count]
    }
}

extension FeatureStore {
    /// The feature of a space whose name is closest to `name`; `nil` when none is close.
    ///
    /// Looks at a bounded part of the registry: a suggestion is worth about a millisecond, also when somebody asks for
    /// unknown features over and over.
    package func featureName(near name: String, space: UInt32) throws(ReadError) -> String? {
        Spelling.nearest(to: name, among: try featureNames(inSpace: space, limit: 1000))
    }
}
