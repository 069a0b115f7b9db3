"""A flame graph as plain SVG, in colors that can be read on light and on dark ground.

A frame is as wide as its share of the samples and stands on its caller; the widest of a caller's frames is on the left.
"""

from dataclasses import dataclass, field
from html import escape

from runner import stacks

WIDTH, MARGIN, ROW, HEAD = 1200, 10, 17, 58
LETTER = 6.05
INK, DARK = "#7d8590", "#14181d"
# What is narrower tells nothing and makes the picture large.
NARROWEST = 0.003
LARGEST = 150_000
COLORS = {
    stacks.KERNEL: "#e8927c",
    stacks.LMDB: "#e3b341",
    stacks.NIO: "#79b8ff",
    stacks.FSTORE: "#6cc58a",
    stacks.SWIFT: "#c39bf0",
    stacks.OTHER: "#b1b8c0",
    stacks.THREAD: "#8d96a0",
}


@dataclass
class Node:
    """A function as it was called from one place, with all that it called itself."""

    samples: int = 0
    calls: dict = field(default_factory=dict)

    def add(self, stack, samples):
        self.samples += samples
        if stack:
            self.calls.setdefault(stack[0], Node()).add(stack[1:], samples)

    def height(self, narrowest):
        wide = (node for node in self.calls.values() if node.samples >= narrowest)
        return 1 + max((node.height(narrowest) for node in wide), default=0)


class FlameGraph:
    def __init__(self, title, folded):
        self.title = title
        self.root = Node()
        self.shares = dict.fromkeys(stacks.OWNERS, 0)
        for stack, samples in folded.items():
            self.root.add(stack, samples)
            if stack[-1].owner in self.shares:
                self.shares[stack[-1].owner] += samples

    def svg(self):
        """With fewer narrow frames if it becomes too large otherwise."""
        narrowest = NARROWEST
        while len(picture := self.drawn(narrowest)) > LARGEST:
            narrowest *= 1.5
        return picture

    def drawn(self, narrowest):
        self.narrowest = narrowest * self.root.samples
        self.height = HEAD + self.root.height(self.narrowest) * ROW + MARGIN
        self.boxes, self.words = [], []
        self.place("all", "all samples", stacks.THREAD, self.root, MARGIN, 0)
        return "\n".join([
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" font-family="sans-serif" '
            f'font-size="12" fill="{INK}" role="img" aria-label="{escape(self.title)}">',
            f'<text x="{MARGIN}" y="22" font-size="14">{escape(self.title)}</text>',
            *self.legend(),
            *self.boxes,
            # One group for all words, which let the pointer through to the titles of the boxes.
            f'<g font-family="monospace" font-size="10" fill="{DARK}" pointer-events="none">',
            *self.words,
            "</g>",
            "</svg>\n",
        ])  # fmt: skip

    def legend(self):
        left = MARGIN
        for owner, samples in self.shares.items():
            words = f"{owner} {samples / self.root.samples:.1%}"
            yield f'<rect x="{left}" y="34" width="12" height="12" fill="{COLORS[owner]}"/>'
            yield f'<text x="{left + 17}" y="44">{escape(words)}</text>'
            left += 17 + len(words) * 7 + 22

    def place(self, name, title, owner, node, left, level):
        """A frame and, above it, those it has called. Those called least are narrow and may be missing on the right."""
        width = node.samples / self.root.samples * (WIDTH - 2 * MARGIN)
        top = self.height - MARGIN - (level + 1) * ROW
        place = f'x="{left:.1f}" y="{top}" width="{max(width - 0.5, 0.5):.1f}" height="{ROW - 1}"'
        words = f"{escape(title)}, {node.samples / self.root.samples:.2%}"
        self.boxes.append(f'<rect {place} fill="{COLORS[owner]}"><title>{words}</title></rect>')
        if words := cut(name, width):
            self.words.append(f'<text x="{left + 3:.1f}" y="{top + 12}">{escape(words)}</text>')
        for frame, called in sorted(node.calls.items(), key=lambda item: -item[1].samples):
            if called.samples >= self.narrowest:
                title = f"{frame.name} ({frame.owner})"
                self.place(short(frame.name), title, frame.owner, called, left, level + 1)
                left += called.samples / self.root.samples * (WIDTH - 2 * MARGIN)


def short(name):
    """Without the labels of arguments, which the title has."""
    before, found, _ = name.partition("(")
    return f"{before}(…)" if found and not name.endswith("()") else name


def cut(words, width):
    """As much as fits into so many pixels."""
    room = int((width - 5) / LETTER)
    if len(words) <= room:
        return words
    return words[: room - 1] + "…" if room >= 4 else ""
