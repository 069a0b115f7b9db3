"""Writes one section of docs/benchmarks.md, from its notes, and the dated file in Benchmarks/Results."""

import datetime
import json
import os
import platform
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NOTES = Path(__file__).resolve().parent / "notes"
PAGE = ROOT / "docs" / "benchmarks.md"
RESULTS = ROOT / "Benchmarks" / "Results"


def output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def machine():
    information = Path("/proc/cpuinfo").read_text()
    processor = re.search(r"model name\s*: (.*)", information)
    memory = int(re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text()).group(1))
    swift = re.search(r"Swift version (\S+)", output("swift", "--version"))
    lmdb = re.search(r"^(\S+)", output("dpkg-query", "-W", "-f", "${Version}", "liblmdb0"))
    return {
        "processor": processor.group(1) if processor else platform.machine(),
        "processors": os.cpu_count(),
        "memory_gib": round(memory / 1024 / 1024),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "kernel": platform.release(),
        "swift": swift.group(1) if swift else "?",
        "lmdb": lmdb.group(1) if lmdb else "?",
        "commit": output("git", "rev-parse", "--short", "HEAD"),
        "is_virtual": "hypervisor" in information,
    }


def number(value):
    if value != value:
        return "–"
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}".replace(",", " ")


def duration(nanoseconds):
    if nanoseconds is None:
        return ""
    return f"{number(nanoseconds)} ns" if nanoseconds < 10_000 else f"{number(nanoseconds / 1000)} µs"


def cells(ratio):
    """The columns that every table begins with."""
    unit = "" if ratio.unit == "×" else f" {ratio.unit}"
    spread = "" if len(ratio.rounds) < 2 else f"{number(min(ratio.rounds))} to {number(max(ratio.rounds))}"
    verdict = "**miss**" if ratio.verdict == "miss" else ratio.verdict
    return [ratio.key, ratio.what, number(ratio.median) + unit, spread, ratio.mark, verdict]


def engine_row(ratio):
    times = " / ".join(filter(None, (duration(ratio.nanoseconds(side)) for side in ("left", "right"))))
    return "| " + " | ".join([*cells(ratio), times]) + " |"


def server_row(line):
    """The four quantities of both sides only where they belong to one ratio; the lines below are made from the same."""
    columns = [
        " / ".join(number(median) for median in line.medians(name)) if line.is_first else ""
        for name in ("requests_per_second", "p50_us", "p99_us", "cpu_us")
    ]
    return "| " + " | ".join([*cells(line), *columns]) + " |"


ROWS = {"engine": engine_row, "server": server_row, "peers": server_row, "workloads": server_row, "joins": engine_row}


def replace_section(part, text):
    """Puts the section between its marks in the page, or behind everything else if it is new."""
    page = PAGE.read_text() if PAGE.exists() else "# Benchmarks\n"
    begin, end = f"<!-- begin {part} -->\n", f"<!-- end {part} -->\n"
    before, found, rest = page.partition(begin)
    after = rest.partition(end)[2] if found else ""
    separator = "" if found else "\n"
    PAGE.write_text(before + separator + begin + text + end + after)


def about(versions):
    """What measured: the machine and the versions of everything that took part."""
    return machine() | (versions or {})


def describe(measured_on, versions):
    """The same as a sentence."""
    kind = "virtual machine, " if measured_on["is_virtual"] else ""
    return {
        "{machine}": f"{kind}{measured_on['processors']} × {measured_on['processor']}, {measured_on['memory_gib']} GiB, "
        f"{measured_on['system']}, Linux {measured_on['kernel']}, Swift {measured_on['swift']}, "
        f"LMDB {measured_on['lmdb']}, commit {measured_on['commit']}",
        "{versions}": ", ".join(f"{name} {version}" for name, version in (versions or {}).items()),
    }


def store(part, stored):
    """Keeps everything that was measured in a dated file; returns its path below the checkout."""
    path = RESULTS / f"{part}-{stored['date']}.json"
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n")
    return path.relative_to(ROOT)


def render(part, replacements):
    """Writes the section of the page from its notes, with the numbers put in."""
    text = (NOTES / f"{part}.md").read_text()
    for name, replacement in replacements.items():
        text = text.replace(name, replacement)
    replace_section(part, text)
    print("written: docs/benchmarks.md and Benchmarks/Results")


def write(part, results, command, rounds, seed, seconds, versions=None, numbers=None, settings=None):
    today = datetime.date.today().isoformat()
    measured_on = about(versions)
    stored = {
        "date": today,
        "command": command,
        "rounds": rounds,
        "seed": seed,
        "machine": measured_on,
        "settings": settings or {},
        "results": [ratio.as_json() for ratio in results],
    }
    path = store(part, stored)
    replacements = describe(measured_on, versions) | {
        "{date}": today,
        "{command}": command,
        "{rounds}": str(rounds),
        "{seed}": str(seed),
        "{minutes}": f"{seconds / 60:.0f}",
        "{table}": "\n".join(ROWS[part](ratio) for ratio in results),
        "{file}": str(path),
    }
    render(part, replacements | {f"{{{name}}}": text for name, text in (numbers or {}).items()})
