"""The same join by DuckDB or Polars: prints one line of JSON like engine-swift. `prepare` makes what both read.

The data and the spine are those of Sources/engine-swift/DataSet.swift and Joins.swift, drawn by the same generator.
"""

import json
import os
import sys
import time

import numpy as np
import pyarrow
import pyarrow.parquet

FIRST, STEP = 1_600_000_000_000_000_000, 3_600_000_000_000
LOW = np.uint64(0xFFFF_FFFF)


def mixed(bits):
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58_476D_1CE4_E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D0_49BB_1331_11EB)
    return bits ^ (bits >> np.uint64(31))


def below(bits, bound):
    """The upper half of the product of 128 bits."""
    half = np.uint64(32)
    bits_high, bits_low = bits >> half, bits & LOW
    bound_high, bound_low = np.uint64(bound >> 32), np.uint64(bound & 0xFFFF_FFFF)
    first, second = bits_high * bound_low, bits_low * bound_high
    carried = ((bits_low * bound_low) >> half) + (first & LOW) + (second & LOW)
    return bits_high * bound_high + (first >> half) + (second >> half) + (carried >> half)


def names(numbers):
    return pyarrow.array([f"e{number:011}" for number in numbers]) if len(numbers) else pyarrow.array([], "string")


def history(features, entities, versions):
    """A row for each event of an entity, with a column for each feature, by time."""
    version, entity = np.divmod(np.arange(entities * versions, dtype=np.uint64), np.uint64(entities))
    columns = {"entity": names(range(entities)).take(pyarrow.array(entity))}
    columns["event_time"] = pyarrow.array((version * np.uint64(STEP)).astype(np.int64) + FIRST)
    for feature in range(features):
        position = (np.uint64(feature * entities) + entity) * np.uint64(versions) + version
        numbers = (mixed(position + np.uint64(1)) >> np.uint64(11)).astype(np.float64) * 2.0**-53
        columns[f"feature_{feature}"] = pyarrow.array(numbers)
    return pyarrow.table(columns)


def spine(entities, versions, count, seed):
    """Entities and moments drawn at random, in no order."""
    steps = np.arange(1, 2 * count + 1, dtype=np.uint64) * np.uint64(0x9E37_79B9_7F4A_7C15)
    bits = mixed(np.uint64(seed) + steps)
    entity, moment = below(bits[0::2], entities), below(bits[1::2], versions * STEP)
    columns = {"place": pyarrow.array(np.arange(count, dtype=np.int64))}
    columns["entity"] = names(range(entities)).take(pyarrow.array(entity))
    columns["moment"] = pyarrow.array(moment.astype(np.int64) + FIRST)
    return pyarrow.table(columns)


def by_duckdb(arguments):
    import duckdb

    connection = duckdb.connect(f"{arguments['directory']}/history.duckdb", read_only=True)
    if arguments["threads"]:
        connection.execute(f"SET threads = {arguments['threads']}")
    rows = pyarrow.parquet.read_table(f"{arguments['directory']}/spine.parquet")
    connection.execute("CREATE TEMP TABLE spine AS SELECT * FROM rows")
    columns = ", ".join(f"feature_{number}" for number in range(arguments["features"]))
    query = (
        f"SELECT place, {columns} FROM spine ASOF LEFT JOIN history "
        "ON spine.entity = history.entity AND spine.moment >= history.event_time"
    )
    return lambda: connection.sql(query).to_arrow_table()


def by_polars(arguments):
    if arguments["threads"]:
        os.environ["POLARS_MAX_THREADS"] = str(arguments["threads"])
    import polars

    directory = arguments["directory"]
    left = polars.read_parquet(f"{directory}/spine.parquet")
    right = polars.read_parquet(f"{directory}/history.parquet").set_sorted("event_time")
    return lambda: (
        left.sort("moment")
        .join_asof(right, left_on="moment", right_on="event_time", by="entity", check_sortedness=False)
        .select("place", *(f"feature_{number}" for number in range(arguments["features"])))
        .to_arrow()
    )


def prepare(arguments):
    import duckdb
    import polars

    directory = arguments["directory"]
    shape = [arguments[name] for name in ("features", "entities", "versions")]
    rows = history(*shape)
    pyarrow.parquet.write_table(rows, f"{directory}/history.parquet")
    table = spine(*shape[1:], arguments["count"], arguments["seed"])
    pyarrow.parquet.write_table(table, f"{directory}/spine.parquet")
    with duckdb.connect(f"{directory}/history.duckdb") as connection:
        connection.execute("CREATE TABLE history AS SELECT * FROM rows ORDER BY entity, event_time")
    return {"duckdb": duckdb.__version__, "polars": polars.__version__}


def measure(join, features):
    # The first pass brings everything into memory; the second is measured.
    join()
    started = time.monotonic_ns()
    table = join()
    nanoseconds = time.monotonic_ns() - started
    found, bits = 0, 0
    for number in range(features):
        column = table[f"feature_{number}"].drop_null().to_numpy()
        found += len(column)
        bits += int(np.sum(column.view(np.uint64), dtype=np.uint64))
    return {"nanoseconds": nanoseconds, "found": found, "sum": f"{bits % 2**64:016x}"}


def main():
    program, *words = sys.argv[1:]
    arguments = {"threads": 0} | dict(word.split("=", 1) for word in words)
    arguments = {name: text if name == "directory" else int(text) for name, text in arguments.items()}
    if program == "prepare":
        told = prepare(arguments)
    else:
        told = measure({"duckdb": by_duckdb, "polars": by_polars}[program](arguments), arguments["features"])
    print(json.dumps(told))


if __name__ == "__main__":
    main()
