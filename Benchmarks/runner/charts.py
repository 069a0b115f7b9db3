"""Draws the charts of docs/benchmarks.md from the newest stored results."""

import statistics

from runner import report
from runner.chart import Chart

IMAGES = report.ROOT / "docs" / "images"
PERCENTILES = ("p50", "p90", "p95", "p99", "p99.9", "p99.99")


def sides(result):
    """The medians of what both sides have measured, by the name of the contender."""
    told = zip(result["names"], result["sides"])
    return {name: {key: statistics.median(runs) for key, runs in side.items()} for name, side in told}


def percentiles(title, results, keys):
    """Latency over its percentiles of everybody who takes part in the results whose keys begin so."""
    found = {}
    for result in results:
        if result["key"].startswith(keys) and "names" in result:
            found = sides(result) | found
    # Each nine more is as far as the nine before it.
    places = {"p50": 0.3, "p90": 1, "p95": 1.3, "p99": 2, "p99.9": 3, "p99.99": 4}
    chart = Chart(title, "percentile", "latency, µs")
    chart.x_ticks = [(places[name], name) for name in PERCENTILES]
    for name, side in found.items():
        chart.add(name, [(places[p], side[f"{p}_us"]) for p in PERCENTILES])
    return chart


def server_latency(results):
    """The newest value as P4 asks for it, and tables as P5 and P6 do."""
    return {
        "value-latency.svg": percentiles("One newest value, 32 connections", results, ("P4", "floor")),
        "row-latency.svg": percentiles("50 features of one entity, 8 connections", results, ("P5 1×50", "P6 1×50")),
    }


def past_latency(results):
    title = "One value at a moment of the past, 100 versions, 32 connections"
    return {"peers-latency.svg": percentiles(title, results, ("as of, depth 100, ",))}


def load_latency(results):
    """How latency rises with the load, up to nine tenths of what each contender can do."""
    points = {}
    for result in results:
        if result["key"].startswith("load ") and "names" in result:
            for name, side in sides(result).items():
                points.setdefault(name, []).append(side)
    chart = Chart("One value at a fixed rate, 32 connections", "requests a second", "latency, µs")
    for name, rows in points.items():
        rows.sort(key=lambda side: side["requests_per_second"])
        for percentile, is_dashed in (("p99", False), ("p50", True)):
            line = [(side["requests_per_second"], side[f"{percentile}_us"]) for side in rows]
            chart.add(f"{name} {percentile}", line, is_dashed, color_of=name)
    chart.count_x()
    return {"load-latency.svg": chart}


CHARTS = {"server": server_latency, "peers": past_latency, "workloads": load_latency}


def draw(part):
    if part not in CHARTS:
        return
    IMAGES.mkdir(exist_ok=True)
    run, _ = report.newest(part)
    for name, chart in CHARTS[part](run["results"] if run else []).items():
        if chart.lines:
            (IMAGES / name).write_text(chart.svg())
