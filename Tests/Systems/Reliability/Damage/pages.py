"""An LMDB 0.9 file taken apart, so that a flipped bit can be told by what it belongs to."""

import struct

PAGE = 4096
HEADER = 16
BRANCH, LEAF, OVERFLOW = 0x01, 0x02, 0x04
IN_OVERFLOW_PAGES, IS_TABLE = 0x01, 0x02
NO_PAGE = (1 << 64) - 1
UNUSED = "unused space"


class File:
    """`regions` names what each byte is, as spans: (first, end, name). What no live page holds is not in it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.regions: list[tuple[int, int, str]] = []
        self.pages: dict[int, str] = {}
        metas = [struct.unpack_from("<QQQQ", data, number * PAGE + HEADER + 120) for number in (0, 1)]
        newest = max((0, 1), key=lambda number: metas[number][1])
        for number in (0, 1):
            name = "meta page" if number == newest else "meta page before"
            self.pages[number] = name
            start = number * PAGE
            self.add(start, HEADER, name)
            self.add(start + HEADER, 136, name)
            self.add(start + HEADER + 136, PAGE - HEADER - 136, UNUSED)
        databases = newest * PAGE + HEADER + 24
        self.walk(self.root(databases), "free list")
        self.walk(self.root(databases + 48), "tables")

    def root(self, record: int) -> int:
        return struct.unpack_from("<Q", self.data, record + 40)[0]

    def add(self, start: int, count: int, name: str) -> None:
        if count > 0:
            self.regions.append((start, start + count, name))

    def walk(self, number: int, table: str) -> None:
        if number == NO_PAGE:
            return
        start = number * PAGE
        flags, lower, upper = struct.unpack_from("<HHH", self.data, start + 10)
        kind = "branch" if flags & BRANCH else "leaf"
        self.pages[number] = f"{table} {kind}"
        self.add(start, HEADER, "page header")
        self.add(start + HEADER, lower - HEADER, "slots")
        self.add(start + lower, upper - lower, UNUSED)
        for slot in range((lower - HEADER) // 2):
            node = start + struct.unpack_from("<H", self.data, start + HEADER + 2 * slot)[0]
            low, high, node_flags, key_size = struct.unpack_from("<HHHH", self.data, node)
            self.add(node, 8, "entry header" if kind == "leaf" else "branch entry")
            key = self.data[node + 8 : node + 8 + key_size]
            if kind == "branch":
                self.add(node + 8, key_size, "branch entry")
                self.walk(low | high << 16 | node_flags << 32, table)
                continue
            value = node + 8 + key_size
            size = low | high << 16
            if table == "free list":
                self.add(node + 8, key_size + size, "free list")
            elif table == "tables":
                self.add(node + 8, key_size + size, "table record")
                self.walk(self.root(value), key.decode())
            else:
                self.add(node + 8, key_size, "key")
                if node_flags & IN_OVERFLOW_PAGES:
                    self.add(value, 8, "pointer to a large value")
                    self.overflow(struct.unpack_from("<Q", self.data, value)[0], size, table)
                else:
                    self.add(value, size, "value")

    def overflow(self, number: int, size: int, table: str) -> None:
        start = number * PAGE
        count = struct.unpack_from("<I", self.data, start + 12)[0]
        for page in range(number, number + count):
            self.pages[page] = f"{table} large value"
        self.add(start, HEADER, "page header")
        self.add(start + HEADER, size, "value")
        self.add(start + HEADER + size, count * PAGE - HEADER - size, UNUSED)

    def names(self) -> list[str]:
        """The name of each byte's region; free pages and leftovers of earlier commits are "unused space"."""
        names = [UNUSED] * len(self.data)
        for start, end, name in self.regions:
            names[start:end] = [name] * (end - start)
        return names
