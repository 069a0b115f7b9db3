/// Part of a list, and the length of the whole list at the same moment.
package struct CatalogPage<Item: Sendable>: Sendable {
    /// The entries asked for, in order.
    package let items: [Item]
    /// How many there are in all.
    package let total: Int

    /// A page of a list of `total`.
    package init(items: [Item], total: Int) {
        self.items = items
        self.total = total
    }
}

extension CatalogPage: Equatable where Item: Equatable {}
