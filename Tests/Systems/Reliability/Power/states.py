"""The files that a power cut at one moment may leave behind."""

import random
from itertools import combinations
from typing import Iterator, NamedTuple

from trace import Moment

SECTOR = 512
WRITES_LOOKED_AT = 48
"""Without a barrier writes pile up; then only the last ones are taken apart, on top of all before them."""


class State(NamedTuple):
    how: str
    """prefix, left out, reordered, torn, or longer: the file has its new length and not its new bytes."""
    parts: tuple[tuple[int, bytes], ...]
    """What reached the disk on top of what was there, in order."""
    length: int
    """The length of the file."""


def sectors(write: tuple[int, bytes], size: int = SECTOR) -> list[tuple[int, bytes]]:
    """The write, cut where the medium may cut it."""
    offset, data = write
    pieces = []
    while data:
        count = size - offset % size
        pieces.append((offset, data[:count]))
        offset, data = offset + count, data[count:]
    return pieces


def states(moment: Moment, budget: int, chance: random.Random) -> Iterator[State]:
    """Distinct states; all there are of the simple kinds, and of the others as many as the budget has room for."""
    seen: set[frozenset] = set()

    def state(how: str, parts, length: int | None = None) -> Iterator[State]:
        end = max([len(moment.base)] + [offset + len(data) for offset, data in parts])
        length = length or end
        # Bytes that are there already change nothing.
        changed = [part for part in parts if moment.base[part[0] : part[0] + len(part[1])] != part[1]]
        pieces = [piece for part in changed for piece in sectors(part)]
        key = frozenset([(o, hash(d)) for o, d in pieces if moment.base[o : o + len(d)] != d] + [("length", length)])
        if key not in seen:
            seen.add(key)
            yield State(how, tuple(changed), length)

    def candidates() -> Iterator[State]:
        writes = moment.pending
        count = len(writes)
        first = max(0, count - WRITES_LOOKED_AT)
        for i in range(first, count + 1):
            yield from state("prefix", writes[:i])
        if count == 0:
            return
        end = max(offset + len(data) for offset, data in writes)
        if end > len(moment.base):
            yield from state("longer", (), end)
        for i in range(first, count):
            yield from state("left out", writes[:i] + writes[i + 1 :])
        # The cuts of each write, alone on top of what came before it and together with all others.
        torn = []
        for i, write in list(enumerate(writes))[first:]:
            pieces = sectors(write)
            if len(pieces) == 1:
                continue
            kept = [pieces[:k] for k in range(1, len(pieces))]
            kept += [pieces[:k] + pieces[k + 1 :] for k in range(len(pieces))]
            for _ in range(8):
                kept.append([piece for piece in pieces if chance.random() < 0.5])
            for piece in kept:
                torn.append((writes[:i], tuple(piece), ()))
                torn.append((writes[:i], tuple(piece), writes[i + 1 :]))
        # Up to three writes overtake what was written before them.
        overtaking = [
            (i, later)
            for i in range(count)
            for many in (1, 2, 3)
            for later in combinations(range(i + 1, count), many)
        ] if count <= 12 else [
            (i, tuple(sorted(chance.sample(range(i + 1, count), min(count - i - 1, chance.randint(1, 3))))))
            for i in (chance.randrange(first, count - 1) for _ in range(budget))
        ]
        chance.shuffle(torn)
        chance.shuffle(overtaking)
        for k in range(max(len(torn), len(overtaking))):
            if k < len(overtaking):
                i, later = overtaking[k]
                yield from state("reordered", writes[:i] + tuple(writes[j] for j in later))
            if k < len(torn):
                yield from state("torn", sum(torn[k], ()))

    for number, found in enumerate(candidates()):
        if number >= budget:
            return
        yield found


def torn_within_a_sector(moment: Moment, size: int = 8) -> Iterator[State]:
    """What FStore assumes not to happen: a write of less than a sector that is cut within it."""
    for i, write in enumerate(moment.pending):
        if len(sectors(write)) == 1:
            pieces = sectors(write, size)
            for k in range(1, len(pieces)):
                for kept in (pieces[:k], pieces[k:]):
                    parts = moment.pending[:i] + tuple(kept)
                    yield State("torn within a sector", parts, max(len(moment.base), write[0] + len(write[1])))
