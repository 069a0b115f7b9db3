"""The same load by programs that others have written, so that the load client need not be believed."""

import csv
import os
import re
import subprocess

from runner import prepared


def kept(requests_per_second, latencies):
    """A run as the load client prints it; what the other program does not tell is not a number."""
    unknown = dict.fromkeys(("p50", "p90", "p95", "p99", "p99.9", "p99.99", "max"), float("nan"))
    return {
        "requests_per_second": requests_per_second,
        "requests": 1,
        "server_cpu_seconds": float("nan"),
        "latency_us": unknown | latencies,
    }


def pgbench(postgres, group, seconds, connections):
    """The question of the load client, drawn by pgbench itself."""
    script = postgres.directory / "as-of.sql"
    script.write_text(
        f"\\set entity random(0, {group.entity_count - 1})\n"
        f"\\set second random(0, {group.versions * 60 - 1})\n"
        f"SELECT event_time, value FROM {group.name} WHERE entity = 'driver_' || lpad(:entity::text, 6, '0') "
        "AND event_time <= timestamptz '2026-01-01 00:00:00Z' + :second * interval '1 second' "
        "ORDER BY event_time DESC LIMIT 1;\n"
    )
    command = ["pgbench", "-h", "127.0.0.1", "-p", postgres.port, "-U", "bench", "-n", "-M", "prepared", "-f", script]
    command += ["-c", connections, "-j", 1, "-T", max(1, round(seconds)), "bench"]

    def once():
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True, timeout=600)
        mean = float(re.search(r"latency average = ([\d.]+) ms", done.stdout).group(1))
        rate = float(re.search(r"tps = ([\d.]+)", done.stdout).group(1))
        return kept(rate, {"mean": mean * 1000})

    return once


def redis_requests(redis, directory, count=10_000):
    """GET of keys whose names redis-benchmark can draw, filled and prepared for the load client."""
    key, value = "check:{:012}".format, lambda number: f"{number + 0.1234567890123:.13f}".encode()
    with prepared.Wire(redis.port, redis.protocol) as wire:
        for number in range(count):
            wire.ask(prepared.resp("SET", key(number), value(number)))
    answers = (b"$%d\r\n%b\r\n" % (len(value(number)), value(number)) for number in range(count))
    records = [(prepared.resp("GET", key(number)), 1, answer) for number, answer in enumerate(answers)]
    return prepared.write(directory / "redis-check", records)


def redis_benchmark(redis, count, connections):
    """The same keys, drawn by redis-benchmark; it does not look at what comes."""
    command = ["redis-benchmark", "-h", "127.0.0.1", "-p", redis.port, "-c", connections, "-n", count, "-r", 10_000]
    command += ["--csv", "GET", "check:__rand_int__"]

    def once():
        words = [str(word) for word in command]
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=600)
        told = next(csv.DictReader(done.stdout.splitlines()))
        names = {"p50": "p50", "p95": "p95", "p99": "p99", "max": "max"}
        latencies = {name: float(told[f"{column}_latency_ms"]) * 1000 for name, column in names.items()}
        return kept(float(told["rps"]), latencies)

    return once


WRK_SCRIPT = """
local targets, at = {}, 0
function init()
    for target in io.lines(os.getenv("TARGETS")) do targets[#targets + 1] = wrk.format("GET", target) end
end
function request()
    at = at % #targets + 1
    return targets[at]
end
function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    local line = "told %d %d %d"
    io.write(line:format(summary.requests, summary.duration, failed))
    for _, percentile in ipairs({50, 90, 95, 99, 99.9, 99.99}) do io.write(" ", latency:percentile(percentile)) end
    io.write(" ", latency.max, "\\n")
end
"""


def wrk(fstore, targets, directory, seconds, connections):
    """The requests of the load client, sent by wrk; it looks at statuses, not at contents."""
    script, file = directory / "wrk.lua", directory / "wrk.targets"
    script.write_text(WRK_SCRIPT)
    file.write_text("\n".join(targets) + "\n")
    command = ["wrk", "-t", 1, "-c", connections, "-d", f"{max(1, round(seconds))}s", "-s", script]
    command += [word for header in (*fstore.headers, "User-Agent: load-client") for word in ("-H", header)]
    command.append(f"http://127.0.0.1:{fstore.port}")
    environment = os.environ | {"TARGETS": str(file)}

    def once():
        words = [str(word) for word in command]
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=600, env=environment)
        told = re.search(r"^told (.*)$", done.stdout, re.MULTILINE).group(1).split()
        requests, microseconds, failed, *latencies = map(float, told)
        if failed:
            raise SystemExit(f"wrk: {failed:.0f} requests failed")
        names = ("p50", "p90", "p95", "p99", "p99.9", "p99.99", "max")
        return kept(requests / microseconds * 1e6, dict(zip(names, latencies)))

    return once
