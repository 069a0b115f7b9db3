"""Files that are no store, or only part of one, must be refused with the right sentence. See ../README.md.

    files.py PROBE DIRECTORY SEED SCRATCH
"""

import os
import random
import shutil
import struct
import subprocess
import sys

from judging import finish
from pages import HEADER, PAGE


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def newer_format(data: bytes) -> bytes:
    """The same store, that says of itself to be of format 3: with a right checksum, wherever the entry stands."""
    key = b"format"
    old = struct.pack("<I", 1)
    new = struct.pack("<I", 3)
    before = key + old + struct.pack("<I", crc32c(key + old))
    assert before in data
    return data.replace(before, key + new + struct.pack("<I", crc32c(key + new)))


def newer_lmdb(data: bytes) -> bytes:
    changed = bytearray(data)
    for number in (0, 1):
        struct.pack_into("<I", changed, number * PAGE + HEADER + 4, 2)
    return bytes(changed)


def main() -> int:
    probe, directory, seed, scratch = sys.argv[1:5]
    chance = random.Random(int(seed))
    with open(os.path.join(directory, "values.mdb"), "rb") as file:
        whole = file.read()
    pages = len(whole) // PAGE
    cases: list[tuple[str, bytes, str]] = []
    for page in range(pages):
        for cut in (page * PAGE, page * PAGE + chance.randrange(1, PAGE)):
            expected = "part of it is gone" if cut == 0 or cut >= 2 * PAGE else "values.mdb"
            cases.append((f"cut to {cut} bytes", whole[:cut], expected))
    foreign = "is not a store of this program"
    cases += [
        ("a text", b"this is a text and no store\n" * 2000, foreign),
        ("zeroes", bytes(len(whole)), foreign),
        ("an SQLite file", b"SQLite format 3\0" + chance.randbytes(50_000), foreign),
        ("noise", chance.randbytes(len(whole)), foreign),
        ("without its first page", whole[PAGE:], foreign),
        ("a file of a newer LMDB", newer_lmdb(whole), foreign),
        ("a store of format 3", newer_format(whole), "the store has format 3, this program knows formats up to 2"),
    ]
    target = os.path.join(scratch, "files")
    os.makedirs(target)
    findings = []
    for name, data, expected in cases:
        path = os.path.join(target, "values.mdb")
        with open(path, "wb") as file:
            file.write(data)
        child = subprocess.run(
            [probe, "judge", seed], input=target + "\n", capture_output=True, text=True, timeout=60, check=False
        )
        verdict = child.stdout.strip() or f"died {child.returncode}"
        with open(path, "rb") as file:
            is_untouched = file.read() == data
        if not verdict.startswith("wrong ") or expected not in verdict:
            findings.append(f"{name}: {verdict}")
        elif not is_untouched:
            findings.append(f"{name}: refused, and changed")
    shutil.rmtree(target)
    print(f"damage: {len(cases)} files that are no whole store, {len(cases) - len(findings)} refused and left alone")
    return finish("damage", len(cases), findings)


if __name__ == "__main__":
    sys.exit(main())
