"""Writes one section of docs/benchmarks.md, from its notes, and the dated file in Benchmarks/Results."""

import datetime
import json
import os
import platform
import re
import subprocess
from pathlib import Path

from runner import tables

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
    return machine() | {"versions": versions or {}}


def describe(measured_on):
    """The same as a sentence."""
    kind = "virtual machine, " if measured_on["is_virtual"] else ""
    return {
        "{machine}": f"{kind}{measured_on['processors']} × {measured_on['processor']}, {measured_on['memory_gib']} GiB, "
        f"{measured_on['system']}, Linux {measured_on['kernel']}, Swift {measured_on['swift']}, "
        f"LMDB {measured_on['lmdb']}, commit {measured_on['commit']}",
        "{versions}": ", ".join(f"{name} {version}" for name, version in measured_on["versions"].items()),
    }


def store(part, stored):
    """Keeps everything that was measured in a dated file; returns its path below the checkout."""
    path = RESULTS / f"{part}-{stored['date']}.json"
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n")
    return path.relative_to(ROOT)


def newest(part):
    """The last run that was stored and its file, or nothing."""
    files = sorted(RESULTS.glob(f"{part}-????-??-??.json"))
    return (json.loads(files[-1].read_text()), files[-1].relative_to(ROOT)) if files else (None, None)


def render(part, replacements):
    """Writes the section of the page from its notes, with the numbers put in."""
    text = (NOTES / f"{part}.md").read_text()
    for name, replacement in replacements.items():
        text = text.replace(name, replacement)
    replace_section(part, text)


def render_part(part):
    """The section of a part from what is stored of its last run and from nothing else."""
    run, path = newest(part)
    if not run:
        return
    replacements = describe(run["machine"]) | {
        "{date}": run["date"],
        "{command}": run["command"],
        "{rounds}": str(run["rounds"]),
        "{seed}": str(run["seed"]),
        "{minutes}": run["minutes"],
        "{table}": tables.of(part, run["results"]),
        "{file}": str(path),
    }
    render(part, replacements | {f"{{{name}}}": text for name, text in run["numbers"].items()})


def write(part, results, command, rounds, seed, seconds, versions, numbers, settings):
    stored = {
        "date": datetime.date.today().isoformat(),
        "command": command,
        "rounds": rounds,
        "seed": seed,
        "minutes": f"{seconds / 60:.0f}",
        "machine": about(versions),
        "settings": settings,
        "numbers": numbers,
        "results": [ratio.as_json() for ratio in results],
    }
    path = store(part, stored)
    render_part(part)
    print(f"written: docs/benchmarks.md and {path}")
