"""Makes docs/benchmarks.md and its charts anew from the stored results, without measuring. `scripts/bench --report`."""

import json

from runner import charts, check, marks, report


def main():
    for part in ("engine", "server", "peers", "joins", "workloads"):
        report.render_part(part)
        charts.draw(part)
    check.render(json.loads(check.THRESHOLDS.read_text())["counts"])
    marks.render()
    print(f"written: {report.PAGE.relative_to(report.ROOT)} and its charts")


if __name__ == "__main__":
    main()
