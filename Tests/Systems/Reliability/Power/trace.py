"""The trace that Interposer/datafile.c writes, read back: what happened to the values file, in order."""

import struct
from typing import Iterator, NamedTuple


NAME = "values.mdb"
MADE_AS = NAME + ".new"


class Event(NamedTuple):
    kind: str
    offset: int
    data: bytes


def events(path: str) -> Iterator[Event]:
    with open(path, "rb") as trace:
        while head := trace.read(17):
            kind, offset, length = head[:1].decode(), *struct.unpack("<QQ", head[1:])
            yield Event(kind, offset, trace.read(length))


class Moment(NamedTuple):
    """A time at which the power may go: what is surely on the disk, what may be, and what the ledger says."""

    base: bytes
    """The file as it surely is."""
    pending: tuple[tuple[int, bytes], ...]
    """Writes that no barrier has confirmed, in their order."""
    name: str
    """The name that the file has."""
    acknowledged: int
    """The last step that was acknowledged; -1 before the first."""
    begun: int
    """The last step that was begun."""
    ledger: int
    """Bytes of the ledger that were written."""


def ledger(path: str) -> bytes:
    """Everything that the program printed."""
    return b"".join(event.data for event in events(path) if event.kind == "P")


def moments(path: str, acknowledgment: str = "ack") -> Iterator[Moment]:
    """One moment before each barrier and one after each acknowledgment: what the power may leave between two such
    moments, it may leave at the later one too."""
    base = bytearray()
    pending: list[tuple[int, bytes]] = []
    visible = exists = False
    acknowledged = begun = -1
    printed = 0

    def now() -> Iterator[Moment]:
        # Until the directory is on the disk, the file may or may not have its new name.
        for name, may_be in ((MADE_AS, not exists), (NAME, visible)):
            if may_be:
                yield Moment(bytes(base), tuple(pending), name, acknowledged, begun, printed)

    def apply(write: tuple[int, bytes]) -> None:
        offset, data = write
        if len(base) < offset + len(data):
            base.extend(bytes(offset + len(data) - len(base)))
        base[offset : offset + len(data)] = data

    for event in events(path):
        match event.kind:
            case "W":
                pending.append((event.offset, event.data))
            case "B":
                if pending:
                    yield from now()
                for write in pending:
                    apply(write)
                pending.clear()
            case "S":
                yield from now()
                index = max(i for i, write in enumerate(pending) if write[0] == event.offset)
                apply(pending.pop(index))
            case "T":
                raise ValueError("the file was cut: the store is not expected to do that")
            case "L":
                visible = True
            case "D":
                if visible and not exists:
                    yield from now()
                    exists = True
            case "P":
                printed += len(event.data)
                for line in event.data.decode().splitlines():
                    words = line.split()
                    if words[0] == "begin":
                        begun = int(words[1])
                    elif words[0] == acknowledgment:
                        acknowledged = int(words[1])
                        yield from now()
                    elif words[0] == "fail":
                        raise ValueError(f"the writer was to meet no error, and said: {line}")
    yield from now()
