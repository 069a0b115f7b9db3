"""Stored results as the tables of docs/benchmarks.md."""

import statistics

RATIO = ["", "what", "ratio", "min to max of the rounds", "mark", ""]
# What is shown of both sides of a comparison of servers, by the quantity.
COLUMNS = {
    "requests_per_second": "requests a second",
    "p50_us": "p50 µs",
    "p99_us": "p99 µs",
    "cpu_us": "server's CPU µs a request",
}


def number(value):
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}".replace(",", " ")


def duration(nanoseconds):
    return f"{number(nanoseconds)} ns" if nanoseconds < 10_000 else f"{number(nanoseconds / 1000)} µs"


def mark(result):
    return "–" if result["limit"] is None else f"{'≥' if result['at_least'] else '≤'} {result['limit']:g}"


def spread(result):
    return f"{number(result['min'])} to {number(result['max'])}" if len(result["rounds"]) > 1 else ""


def ratio(result):
    """The cells that every table begins with."""
    unit = f" {result['unit']}" if result.get("unit", "×") != "×" else ""
    verdict = {"miss": "**miss**", "–": ""}.get(result["verdict"], result["verdict"])
    return [result["key"], result["what"], number(result["median"]) + unit, spread(result), mark(result), verdict]


def rows(cells):
    width = len(cells[0])
    return "\n".join("| " + " | ".join(row) + " |" for row in [cells[0], ["---"] * width, *cells[1:]])


def programs(results, operation):
    """Comparisons of programs: the time of one operation on both sides."""
    table = [[*RATIO, f"time of one {operation}, left / right"]]
    for result in results:
        times = [result.get(f"{side}_nanoseconds") for side in ("left", "right")]
        table.append([*ratio(result), " / ".join(duration(time) for time in times if time is not None)])
    return rows(table)


def both_sides(result, quantity):
    medians = [statistics.median(side[quantity]) if quantity in side else None for side in result["sides"]]
    if medians == [None, None]:
        return ""
    return " / ".join("–" if median is None else number(median) for median in medians)


def servers(results):
    """Comparisons of servers. What is a ratio of the same runs and has no mark of its own stands in brackets behind the
    numbers that it is made from, instead of in a row.
    """
    table = [[*RATIO, *(f"{name}, left / right (ratio)" for name in COLUMNS.values())]]
    first = table[0]
    for result in results:
        if "sides" in result:
            told = {quantity: both_sides(result, quantity) for quantity in COLUMNS}
            first = [*ratio(result), *told.values()]
            table.append(first)
        elif result["limit"] is None and result.get("quantity") in COLUMNS:
            column = len(RATIO) + list(COLUMNS).index(result["quantity"])
            first[column] += f" ({number(result['median'])})"
        else:
            table.append([*ratio(result), *[""] * len(COLUMNS)])
    return rows(table)


def of(part, results):
    if part in ("engine", "joins"):
        return programs(results, {"engine": "operation", "joins": "row"}[part])
    return servers(results)
