import Testing

@testable import FStoreCommand

@Suite("Sizes as text")
struct ByteSizeTextTests {
    @Test(arguments: [
        ("0", 0), ("17", 17), ("4K", 4096), ("512M", 536_870_912), ("64G", 68_719_476_736), ("1t", 1 << 40),
    ])
    func `sizes are read`(text: String, bytes: Int) {
        #expect(ByteSizeText.size(text) == bytes)
    }

    @Test(arguments: ["", "G", "-1", "1X", "1.5G", "1 G", "99999999999999999999", "9999999999T", "1KK"])
    func `what is no size is refused`(text: String) {
        #expect(ByteSizeText.size(text) == nil)
    }
}
