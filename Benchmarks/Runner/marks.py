"""The marks of the project beside what the newest stored results say of them: the first table of docs/benchmarks.md."""

import json

import report

# Who loses, in the headings of the page, by the part that measures.
PARTS = {"engine": "the-engine", "server": "the-server", "joins": "the-join"}


def newest(part):
    """The results of the last run that was stored, or nothing."""
    files = sorted(report.RESULTS.glob(f"{part}-????-??-??.json"))
    return json.loads(files[-1].read_text()) if files else None


def order(result):
    """P2 comes before P10."""
    return int(result["key"].split()[0][1:])


def row(loser, run, result):
    told = report.number(result["median"])
    spread = f"{report.number(result['min'])} to {report.number(result['max'])}" if len(result["rounds"]) > 1 else ""
    bound = f"{'≥' if result['at_least'] else '≤'} {result['limit']:g}"
    reached = "yes" if result["verdict"] == "pass" else f"**no**: [why](#what-{loser}-loses)"
    return f"| {result['key']} | {result['what']} | {bound} | {told} | {spread} | {reached} | {run['date']} |"


def render():
    rows = []
    for part, loser in PARTS.items():
        if run := newest(part):
            marked = (result for result in run["results"] if result["limit"] is not None and result["key"][0] == "P")
            rows += [(order(result), row(loser, run, result)) for result in marked]
    rows.sort(key=lambda pair: pair[0])
    reached = sum("| yes |" in text for _, text in rows)
    report.render(
        "marks",
        {
            "{table}": "\n".join(text for _, text in rows),
            "{reached}": str(reached),
            "{count}": str(len(rows)),
        },
    )


if __name__ == "__main__":
    render()
