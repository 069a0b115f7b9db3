"""Point-in-time answers of the program `fstore` over all flights out of New York in 2013, against pandas.

usage: flights.py FSTORE DIRECTORY [SEED]

DIRECTORY holds flights.csv and weather.csv, as `scripts/flights` fetches them. Every answer is compared with
`pandas.merge_asof` over the same files. Prints `N passed, M failed`; ends with status 1 on any difference.
"""

import random
import sys
import tempfile
import time

import pandas

from program import Checks, Program

DELAYS = ["dep_delay", "arr_delay"]
WEATHER = ["temp", "dewp", "humid", "wind_speed", "pressure", "visib"]
TICK = pandas.Timedelta(1, "ns")


def text(times):
    """Times as RFC 3339 with nine digits behind the point."""
    return times.dt.strftime("%Y-%m-%dT%H:%M:%S") + "." + (times.astype("int64") % 10**9).astype(str).str.zfill(9) + "Z"


def read(path, entity, features):
    """The rows that fstore loads: those that name an entity, with exact numbers."""
    table = pandas.read_csv(
        path,
        usecols=[entity, "time_hour", *features],
        dtype={entity: str},
        na_values=["NA"],
        keep_default_na=False,
    )
    table = table[table[entity].notna()].rename(columns={entity: "entity"})
    table["time"] = pandas.to_datetime(table["time_hour"], utc=True).dt.tz_localize(None).astype("datetime64[ns]")
    return table.drop(columns="time_hour").reset_index(drop=True)


def load(program, checks, path, entity, features, table):
    """Loads a file and compares the counts."""
    with open(path) as file:
        lines = sum(1 for _ in file) - 1
    rejected = lines - len(table)
    arguments = ["load", path, "--create", "--entity", entity, "--time", "time_hour", "--missing", "NA", "--missing", ""]
    for feature in features:
        arguments += ["--feature", feature]
    # Rows without an entity cannot be kept; the program says so with status 65.
    summary = program.object(*arguments, status=65 if rejected else 0)
    checks.equal(summary["rows"], len(table), f"rows of {path}")
    checks.equal(summary["rejected"], rejected, f"rejected rows of {path}")
    checks.equal(summary["cells"], int(table[features].notna().sum().sum()), f"cells of {path}")
    return summary


def questions(table, count, generator):
    """Random entities and times, event times, and one tick before and behind them."""
    rows = table.sample(count, random_state=generator.randrange(2**31))
    exact = rows["time"].reset_index(drop=True)
    entities = rows["entity"].reset_index(drop=True)
    first, last = int(table["time"].astype("int64").min()), int(table["time"].astype("int64").max())
    margin = 30 * 86_400 * 10**9
    anywhere = pandas.Series([generator.randrange(first - margin, last + margin) for _ in range(count)])
    parts = [
        pandas.DataFrame({"entity": entities, "time": exact}),
        pandas.DataFrame({"entity": entities, "time": exact - TICK}),
        pandas.DataFrame({"entity": entities, "time": exact + TICK}),
        pandas.DataFrame({"entity": entities, "time": anywhere.astype("datetime64[ns]")}),
        pandas.DataFrame({"entity": [f"nobody {i}" for i in range(20)], "time": exact[:20]}),
    ]
    asked = pandas.concat(parts, ignore_index=True)
    asked["time"] = asked["time"].astype("datetime64[ns]")
    return asked


def expected(table, asked, feature):
    """What pandas answers. Of rows with one entity and one time the last one in the file counts."""
    known = table[["entity", "time", feature]].dropna(subset=[feature])
    known = known.drop_duplicates(["entity", "time"], keep="last").rename(columns={feature: "value"})
    known["event_time"] = known["time"]
    ordered = asked.reset_index().sort_values("time", kind="stable")
    joined = pandas.merge_asof(ordered, known.sort_values("time", kind="stable"), on="time", by="entity")
    return joined.set_index("index").sort_index()


def compare(checks, answers, table, asked, features):
    """Compares every answer: its status, its value bit by bit, its event time."""
    for feature in features:
        found = answers[answers["feature"] == feature].reset_index(drop=True)
        right = expected(table, asked, feature)
        checks.equal(len(found), len(asked), f"number of answers for {feature}")
        times = pandas.to_datetime(found["event_time"].replace("", None), utc=True).dt.tz_localize(None)
        for entity, asked_time, status, value, event, wanted, wanted_event in zip(
            asked["entity"], asked["time"], found["status"], found["value"], times, right["value"], right["event_time"]
        ):
            what = f"{feature} of {entity} as of {asked_time}"
            if pandas.isna(wanted):
                checks.equal((status, pandas.isna(value)), ("MISSING", True), what)
            else:
                checks.equal((status, value, event), ("PRESENT", wanted, wanted_event), what)


def compare_latest(checks, program, table, features):
    """The newest value of every entity."""
    entities = pandas.Series(sorted(table["entity"].unique()))
    asked = pandas.DataFrame({"entity": entities, "time": pandas.Timestamp("2100-01-01").as_unit("ns")})
    answers = program.ask(features, pandas.DataFrame({"entity": entities, "as_of": "now"}))
    compare(checks, answers, table, asked, features)


def correct(program, checks, table, generator):
    """Writes corrections one by one; what was known before them must not change, what is known now must."""
    feature = DELAYS[0]
    rows = table.dropna(subset=[feature]).drop_duplicates(["entity", "time"]).sample(40, random_state=7)
    rows = rows.reset_index(drop=True)
    before = program.object("stat")["last_commit_time"]
    asked = pandas.DataFrame({"entity": rows["entity"], "as_of": text(rows["time"]), "known_at": before})
    as_they_were = program.ask([feature], asked)
    corrected = [float(generator.randrange(-(10**6), 10**6)) / 8 for _ in range(len(rows))]
    for entity, moment, value in zip(rows["entity"], asked["as_of"], corrected):
        receipt = program.object("put", feature, entity, str(value), "--at", moment)
        checks.equal(receipt["committed_at"] > before, True, f"commit time of the correction of {entity}")
    again = program.ask([feature], asked)
    now = program.ask([feature], asked[["entity", "as_of"]])
    for entity, old, same, new, value in zip(
        rows["entity"], as_they_were.values.tolist(), again.values.tolist(), now["value"], corrected
    ):
        checks.equal(same, old, f"{feature} of {entity} known before its correction")
        checks.equal(new, value, f"{feature} of {entity} after its correction")
    changed = table.copy()
    keys = {key: value for key, value in zip(zip(rows["entity"], rows["time"]), corrected)}
    found = [keys.get(key) for key in zip(changed["entity"], changed["time"])]
    hits = pandas.Series([value is not None for value in found])
    changed.loc[hits, feature] = [value for value in found if value is not None]
    return before, changed


def main():
    binary, directory = sys.argv[1], sys.argv[2]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(2**31)
    print(f"seed {seed}, pandas {pandas.__version__}")
    generator = random.Random(seed)
    checks = Checks()
    began = time.monotonic()
    flights = read(f"{directory}/flights.csv", "tailnum", DELAYS)
    weather = read(f"{directory}/weather.csv", "origin", WEATHER)
    with tempfile.TemporaryDirectory() as work:
        program = Program(binary, f"{work}/store")
        summary = load(program, checks, f"{directory}/flights.csv", "tailnum", DELAYS, flights)
        print(f"flights: {summary['rows_per_second']} rows/s")
        summary = load(program, checks, f"{directory}/weather.csv", "origin", WEATHER, weather)
        print(f"weather: {summary['rows_per_second']} rows/s")

        for table, features, count in [(flights, DELAYS, 10_000), (weather, WEATHER, 2000)]:
            asked = questions(table, count, generator)
            as_text = pandas.DataFrame({"entity": asked["entity"], "as_of": text(asked["time"])})
            answering = time.monotonic()
            answers = program.ask(features, as_text)
            seconds = time.monotonic() - answering
            print(f"{len(answers)} answers, {int(len(answers) / seconds)}/s")
            compare(checks, answers, table, asked, features)
            compare_latest(checks, program, table, features)

        before, corrected = correct(program, checks, flights, generator)
        asked = questions(flights, 2000, generator)
        as_text = pandas.DataFrame({"entity": asked["entity"], "as_of": text(asked["time"])})
        compare(checks, program.ask(DELAYS, as_text), corrected, asked, DELAYS)
        as_text["known_at"] = before
        known_before = program.ask(DELAYS, as_text)
        compare(checks, known_before, flights, asked, DELAYS)

        # A backup, restored, is the same store: it answers the same.
        checks.equal(program.object("verify")["sound"], True, "the store is sound")
        program.run("backup", f"{work}/backup")
        program.run("restore", f"{work}/backup", data=f"{work}/restored")
        checks.equal(program.object("verify", data=f"{work}/restored")["sound"], True, "the restored store is sound")
        restored = program.ask(DELAYS, as_text, data=f"{work}/restored")
        checks.equal(restored.equals(known_before), True, "answers of the restored store")
        cells = [program.object("stat", data=data)["cells"] for data in (program.data, f"{work}/restored")]
        checks.equal(cells[1], cells[0], "cells of the restored store")
    print(f"{time.monotonic() - began:.0f} s")
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
