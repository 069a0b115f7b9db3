"""The marks of the project beside what the newest stored results say of them: the first table of docs/benchmarks.md."""

from runner import report, tables

# Who loses, in the headings of the page, by the part that measures.
PARTS = {"engine": "the-engine", "server": "the-server", "joins": "the-join"}


def order(result):
    """P2 comes before P10."""
    return int(result["key"].split()[0][1:])


def row(loser, run, result):
    reached = "yes" if result["verdict"] == "pass" else f"**no**: [why](#what-{loser}-loses)"
    told = [result["key"], result["what"], tables.mark(result), tables.number(result["median"]), tables.spread(result)]
    return "| " + " | ".join([*told, reached, run["date"]]) + " |"


def render():
    rows = []
    for part, loser in PARTS.items():
        run, _ = report.newest(part)
        if run:
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
