"""Writes docs/benchmarks.md and the dated file in Benchmarks/Results."""

import datetime
import json
import os
import platform
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NOTES = Path(__file__).resolve().parent / "notes.md"


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
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}".replace(",", " ")


def duration(nanoseconds):
    if nanoseconds is None:
        return ""
    return f"{number(nanoseconds)} ns" if nanoseconds < 10_000 else f"{number(nanoseconds / 1000)} µs"


def row(ratio):
    unit = "" if ratio.unit == "×" else f" {ratio.unit}"
    spread = "" if len(ratio.rounds) < 2 else f"{number(min(ratio.rounds))} to {number(max(ratio.rounds))}"
    times = " / ".join(filter(None, (duration(ratio.nanoseconds(side)) for side in ("left", "right"))))
    verdict = "**miss**" if ratio.verdict == "miss" else ratio.verdict
    fields = (ratio.key, ratio.what, number(ratio.median) + unit, spread, ratio.mark, verdict, times)
    return "| " + " | ".join(fields) + " |"


def write(results, command, rounds, seed, seconds):
    about = machine()
    today = datetime.date.today().isoformat()
    stored = {
        "date": today,
        "command": command,
        "rounds": rounds,
        "seed": seed,
        "machine": about,
        "results": [ratio.as_json() for ratio in results],
    }
    folder = ROOT / "Benchmarks" / "Results"
    folder.mkdir(exist_ok=True)
    (folder / f"engine-{today}.json").write_text(json.dumps(stored, indent=2, ensure_ascii=False) + "\n")
    kind = "virtual machine, " if about["is_virtual"] else ""
    page = NOTES.read_text()
    replacements = {
        "{date}": today,
        "{command}": command,
        "{rounds}": str(rounds),
        "{seed}": str(seed),
        "{minutes}": f"{seconds / 60:.0f}",
        "{machine}": f"{kind}{about['processors']} × {about['processor']}, {about['memory_gib']} GiB, {about['system']}, "
        f"Linux {about['kernel']}, Swift {about['swift']}, LMDB {about['lmdb']}, commit {about['commit']}",
        "{table}": "\n".join(row(ratio) for ratio in results),
        "{file}": f"Benchmarks/Results/engine-{today}.json",
    }
    for name, text in replacements.items():
        page = page.replace(name, text)
    (ROOT / "docs").mkdir(exist_ok=True)
    (ROOT / "docs" / "benchmarks.md").write_text(page)
    print("written: docs/benchmarks.md and Benchmarks/Results")
