internal import FStore
internal import FStoreText

extension Schema {
    /// How many problems are told at once.
    static let maxProblems = 100

    /// What is wrong with `value`, field by field; empty when it fits.
    func problems(with value: JSONValue) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        check(value, at: "", &problems)
        return problems
    }

    private func check(_ value: JSONValue, at field: String, _ problems: inout [FieldProblem]) {
        if problems.count >= Self.maxProblems { return }
        func refuse(_ reason: String) { problems.append(FieldProblem(field: field, reason: reason)) }
        switch (self, value) {
        case (.anything, _), (.null, .null), (.boolean, .bool), (.number, .number): return
        case (.named(_, let schema), _): schema.check(value, at: field, &problems)
        case (.string(let rule), .string(let text)):
            if let reason = rule.problem(with: text) { refuse(reason) }
        case (.integer(let range), .number(let digits)):
            guard let number = Int64(digits) else { return refuse("must be an integer; \(digits.excerpt) was given") }
            if !range.contains(number) {
                refuse("must be \(range.lowerBound) to \(range.upperBound); \(number) was given")
            }
        case (.numberWithin(let range), .number(let digits)):
            guard let number = Double(digits), range.contains(number) else {
                return refuse("must be \(range.lowerBound) to \(range.upperBound); \(digits.excerpt) was given")
            }
        case (.wholeNumber, .number(let digits)):
            if !EntityText.isWhole(digits.utf8Span.span) {
                refuse("must be a whole number, without a point or an exponent; \(digits.excerpt) was given")
            }
        case (.array(let element, let count), .array(let elements)):
            if !count.contains(elements.count) {
                refuse("must have \(count.lowerBound) to \(count.upperBound) elements; it has \(elements.count)")
            }
            for (index, member) in elements.enumerated() {
                element.check(member, at: "\(field)[\(index)]", &problems)
            }
        case (.object(let rule), .object(let members)): rule.check(members, at: field, &problems)
        case (.any(let schemas), _):
            // The problems of the first alternative of the same kind say most.
            if schemas.contains(where: { $0.problems(with: value).isEmpty }) { return }
            if let index = schemas.firstIndex(where: { $0.isOfKind(value) }) {
                schemas[index].check(value, at: field, &problems)
            } else {
                refuse("must be \(kind); \(value.kind) was given")
            }
        default: refuse("must be \(kind); \(value.kind) was given")
        }
    }

    private func isOfKind(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.string, .string), (.integer, .number), (.wholeNumber, .number), (.number, .number),
            (.numberWithin, .number),
            (.array, .array), (.object, .object):
            true
        case (.named(_, let schema), _): schema.isOfKind(value)
        default: false
        }
    }

    /// What it takes, in words.
    private var kind: String {
        switch self {
        case .string: "a string"
        case .integer: "an integer"
        case .number, .numberWithin: "a number"
        case .wholeNumber: "a whole number"
        case .boolean: "true or false"
        case .null: "null"
        case .array: "an array"
        case .object: "an object"
        case .any(let schemas): schemas.map(\.kind).joined(separator: " or ")
        case .anything: "any value"
        case .named(_, let schema): schema.kind
        }
    }
}

extension Schema.StringRule {
    /// The sentence for a text that does not fit.
    func problem(with text: String) -> String? {
        if !values.isEmpty, !values.contains(text) {
            return "must be one of \(values.joined(separator: ", ")); \"\(text.excerpt)\" was given"
        }
        let count = text.utf8.count
        if !bytes.contains(count) {
            return "must have \(bytes.lowerBound) to \(bytes.upperBound) bytes; it has \(count)"
        }
        return check.flatMap { $0(text) }
    }
}

extension Schema.ObjectRule {
    fileprivate func check(_ given: [JSONMember], at field: String, _ problems: inout [FieldProblem]) {
        let prefix = field.isEmpty ? "" : field + "."
        if !count.contains(given.count) {
            let reason = "must have \(count.lowerBound) to \(count.upperBound) members; it has \(given.count)"
            problems.append(FieldProblem(field: field, reason: reason))
        }
        for member in members where member.isRequired && !given.contains(where: { $0.name == member.name }) {
            problems.append(FieldProblem(field: prefix + member.name, reason: "is missing", isMissing: true))
        }
        for member in given {
            if let known = members.first(where: { $0.name == member.name }) {
                problems += known.schema.problems(with: member.value).map { $0.below(prefix + member.name) }
            } else if let others {
                problems += others.problems(with: member.value).map { $0.below(prefix + member.name.excerpt) }
            } else {
                let known = members.map(\.name).joined(separator: ", ")
                let reason = "is not known here; the members are \(known)"
                problems.append(FieldProblem(field: prefix + member.name.excerpt, reason: reason))
            }
            if problems.count >= Schema.maxProblems { return }
        }
    }
}

extension FieldProblem {
    fileprivate func below(_ field: String) -> FieldProblem {
        var problem = self
        if self.field.isEmpty {
            problem.field = field
        } else if self.field.hasPrefix("[") {
            problem.field = field + self.field
        } else {
            problem.field = field + "." + self.field
        }
        return problem
    }
}

extension JSONValue {
    /// What it is, in words.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number(let digits): "the number \(digits.excerpt)"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
