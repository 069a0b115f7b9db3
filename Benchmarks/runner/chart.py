"""A line chart as plain SVG, in colors that can be read on light and on dark ground."""

import math
from html import escape

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 40, 50
INK = "#7d8590"
COLORS = ("#2f81f7", "#d1483f", "#2e9d55", "#b7791f", "#8957e5")


class Chart:
    """Latencies over something; the vertical axis is logarithmic."""

    def __init__(self, title, x_name, y_name):
        self.title, self.x_name, self.y_name = title, x_name, y_name
        self.x_ticks = []
        self.lines = []
        self.colors = {}

    def add(self, name, points, is_dashed=False, color_of=None):
        color = self.colors.setdefault(color_of or name, COLORS[len(self.colors) % len(COLORS)])
        self.lines.append((name, points, is_dashed, color))

    def count_x(self):
        """Round numbers from zero on for the horizontal axis."""
        most = max((x for _, points, _, _ in self.lines for x, _ in points), default=1)
        step = 10 ** math.floor(math.log10(most))
        step = next(width for width in (step / 5, step / 2, step, step * 2) if most / width <= 8)
        ticks = [step * number for number in range(math.ceil(most / step) + 1)]
        self.x_ticks = [(tick, f"{tick:,.0f}".replace(",", " ")) for tick in ticks]

    def x(self, value):
        first, last = self.x_ticks[0][0], self.x_ticks[-1][0]
        return LEFT + (value - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(self, value):
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)

    def svg(self):
        values = [y for _, points, _, _ in self.lines for _, y in points]
        self.low, self.high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
            f'font-size="12" fill="{INK}" role="img" aria-label="{escape(self.title)}">',
            text(LEFT, 22, self.title, size=14),
            text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, self.x_name, "middle"),
            f'<g transform="translate(16 {HEIGHT / 2}) rotate(-90)">{text(0, 0, self.y_name, "middle")}</g>',
            *self.grid(),
            *self.curves(),
        ]
        return "\n".join([*parts, "</svg>"]) + "\n"

    def grid(self):
        for power in range(self.low, self.high + 1):
            for digit in (1, 2, 5):
                value = digit * 10**power
                if math.log10(value) <= self.high:
                    yield line(LEFT, self.y(value), WIDTH - RIGHT, self.y(value), 0.35 if digit == 1 else 0.15)
                    yield text(LEFT - 8, self.y(value) + 4, name_of(value), "end")
        for place, name in self.x_ticks:
            yield line(self.x(place), TOP, self.x(place), HEIGHT - BOTTOM, 0.15)
            yield text(self.x(place), HEIGHT - BOTTOM + 18, name, "middle")

    def curves(self):
        names = []
        for name, points, is_dashed, color in self.lines:
            places = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
            dashes = ' stroke-dasharray="5 4"' if is_dashed else ""
            yield f'<polyline points="{places}" fill="none" stroke="{color}" stroke-width="2"{dashes}/>'
            names.append((self.y(points[-1][1]), name, color))
        # The names stand at the ends of their curves, far enough apart to be read.
        below = 0.0
        for place, name, color in sorted(names):
            below = max(place + 4, below + 15)
            yield text(WIDTH - RIGHT + 8, below, name, color=color)


def name_of(value):
    return f"{value:,.0f}".replace(",", " ") if value >= 1 else f"{value:g}"


def text(x, y, words, anchor="start", size=12, color=INK):
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="{size}" fill="{color}">{escape(words)}</text>'


def line(x1, y1, x2, y2, opacity):
    places = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {places} stroke="{INK}" stroke-opacity="{opacity}"/>'
