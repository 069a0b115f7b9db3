package import FStore

/// Finds what a misspelled word was most likely meant to be.
package enum Spelling {
    /// The candidate closest to `word`; `nil` when none is close.
    ///
    /// Close is a third of its letters, at least one and at most four: more changes make another word of it.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased())
        let most = min(4, max(1, letters.count / 3))
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(Array(candidate.lowercased()), letters)
            if distance <= most, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// `; did you mean "wind"?`, or nothing.
    package static func suggestion(for word: String, among candidates: some Sequence<String>) -> String {
        nearest(to: word, among: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// How many letters must be inserted, removed, replaced or swapped with their neighbor.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                var cost = min(last[column + 1] + 1, current[column] + 1)
                cost = min(cost, last[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}

extension FeatureStore {
    /// The feature of a space whose name is closest to `name`; `nil` when none is close.
    package func featureName(near name: String, space: UInt32) throws(ReadError) -> String? {
        // A suggestion is worth one page of a large registry, not a walk through all of it.
        let page = try features(FeatureFilter(space: space), offset: 0, limit: 5000)
        return Spelling.nearest(to: name, among: page.features.map(\.name))
    }
}
