"""Arrow streams of pyarrow, pandas and polars, read and written again by `arrow-check`."""

import datetime
import io
import os
import random
import subprocess
import unittest

import pandas
import polars
import pyarrow as pa
import pyarrow.ipc

PROGRAM = os.environ.get("ARROW_CHECK", ".build/debug/arrow-check")
SEED = int(os.environ.get("ARROW_SEED", random.randrange(1 << 30)))
ADDED = ["fstore_row", "fstore_status"]


def setUpModule():
    print(f"ARROW_SEED={SEED}")


def run(mode, stream, *arguments):
    return subprocess.run([PROGRAM, mode, *map(str, arguments)], input=stream, capture_output=True)


def stream_of(table, rows=None, **options):
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        for batch in table.to_batches(max_chunksize=rows):
            writer.write_batch(batch)
    return sink.getvalue()


def copied(stream, *arguments):
    done = run("copy", stream, *arguments)
    if done.returncode:
        raise AssertionError(f"{done.returncode}: {done.stderr.decode()}")
    return done.stdout


def read(stream):
    table = pa.ipc.open_stream(stream).read_all()
    table.validate(full=True)
    return table


def plain(column):
    """The values of a dictionary-encoded column, so that it does not matter how its dictionary is ordered."""
    if not pa.types.is_dictionary(column.type):
        return column
    # pyarrow cannot take rows of views.
    kind = {pa.string_view(): pa.string(), pa.binary_view(): pa.binary()}.get(column.type.value_type)
    kind = kind or column.type.value_type
    return pa.chunked_array([chunk.dictionary.cast(kind).take(chunk.indices) for chunk in column.chunks], kind)


class Values:
    """Random columns of every type that is read."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def maybe(self, make):
        return None if self.random.random() < self.nulls else make()

    def text(self):
        letters = "aé€𐍈 xyz"
        return "".join(self.random.choice(letters) for _ in range(self.random.choice([0, 1, 5, 12, 13, 40])))

    def blob(self, count=None):
        return self.random.randbytes(self.random.choice([0, 1, 12, 13, 30]) if count is None else count)

    def makers(self):
        r = self.random
        floats = lambda count: [r.choice([0.0, -1.5, 2.25, float("inf")]) for _ in range(count)]
        yield pa.null(), lambda: None
        yield pa.bool_(), lambda: r.random() < 0.5
        for bits in (8, 16, 32, 64):
            yield getattr(pa, f"int{bits}")(), lambda b=bits: r.randrange(-(1 << b - 1), 1 << b - 1)
            yield getattr(pa, f"uint{bits}")(), lambda b=bits: r.randrange(1 << b)
        yield pa.float16(), lambda: r.choice([0.0, 1.5, -2.0])
        yield pa.float32(), lambda: r.choice([0.0, 1.5, -2.0, float("inf")])
        yield pa.float64(), lambda: r.gauss(0, 1e10)
        for kind in (pa.string(), pa.large_string(), pa.string_view()):
            yield kind, self.text
        for kind in (pa.binary(), pa.large_binary(), pa.binary_view()):
            yield kind, self.blob
        yield pa.binary(7), lambda: self.blob(7)
        yield pa.date32(), lambda: datetime.date(1970, 1, 1) + datetime.timedelta(r.randrange(-99999, 99999))
        yield pa.date64(), lambda: datetime.date(1970, 1, 1) + datetime.timedelta(r.randrange(-99999, 99999))
        for unit in ("s", "ms", "us", "ns"):
            for zone in (None, "UTC", "Europe/Vienna"):
                yield pa.timestamp(unit, zone), lambda: r.randrange(-(1 << 40), 1 << 40)
        for element in (pa.float16(), pa.float32(), pa.float64()):
            yield pa.list_(element, 3), lambda: floats(3)
            yield pa.list_(pa.field("element", element, nullable=False)), lambda: floats(r.randrange(4))
            yield pa.large_list(element), lambda: [self.maybe(lambda: x) for x in floats(r.randrange(4))]

    def column(self, kind, make, rows):
        self.nulls = self.random.choice([0, 0.1, 0.5, 1])
        # What lies before and behind the column's rows shifts its bitmaps and offsets.
        before = self.random.randrange(20)
        array = pa.array([self.maybe(make) for _ in range(before + rows + 3)], kind)
        return array.slice(before, rows)

    def table(self, rows):
        kinds = list(self.makers())
        self.random.shuffle(kinds)
        columns = [self.column(kind, make, rows) for kind, make in kinds]
        for index in (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()):
            for kind, make in self.random.sample(kinds, 3):
                if kind == pa.null() or isinstance(kind, (pa.ListType, pa.FixedSizeListType, pa.LargeListType)):
                    continue
                self.nulls = self.random.choice([0, 0.3])
                values = pa.array([self.maybe(make) for _ in range(5)], kind)
                places = [self.random.choice([None, 0, 1, 2, 3, 4]) for _ in range(rows)]
                columns.append(pa.DictionaryArray.from_arrays(pa.array(places, index), values))
        fields = []
        for number, column in enumerate(columns):
            metadata = {"note": f"n{number}", b"bytes": b"\xff\x00"} if number % 3 == 0 else None
            fields.append(pa.field(f"c{number}", column.type, metadata=metadata))
        schema = pa.schema(fields, metadata={"owner": "me"} if self.random.random() < 0.5 else None)
        return pa.Table.from_arrays(columns, schema=schema)


class Copies(unittest.TestCase):
    def check(self, table, stream, *arguments):
        copy = read(copied(stream, *arguments))
        self.assertEqual(copy.num_rows, table.num_rows)
        self.assertEqual(copy["fstore_row"].to_pylist(), list(range(table.num_rows)))
        status = ["ok" if row % 2 == 0 else None for row in range(table.num_rows)]
        self.assertEqual(copy["fstore_status"].to_pylist(), status)
        rest = copy.drop_columns(ADDED)
        self.assertTrue(rest.schema.equals(table.schema, check_metadata=True), f"{rest.schema}\n{table.schema}")
        for name in table.column_names:
            self.assertTrue(plain(rest[name]).equals(plain(table[name])), f"{name} {table[name].type}")
        return copy

    def test_random_tables_of_all_types(self):
        for number in range(int(os.environ.get("ARROW_TABLES", 40))):
            values = Values(SEED + number)
            table = values.table(values.random.choice([0, 1, 7, 8, 9, 64, 65, 200]))
            with self.subTest(seed=SEED + number, rows=table.num_rows):
                size = values.random.choice([None, 1, 3, 8, 50])
                stream = stream_of(table, size, emit_dictionary_deltas=values.random.random() < 0.5)
                piece = values.random.choice([1 << 20, 4096, 7])
                self.check(table, stream, values.random.choice([0, 1, 3, 8, 11, 1000]), piece)

    def test_no_columns_and_no_batches(self):
        self.check(pa.table({}), stream_of(pa.table({})))
        empty = pa.table({"a": pa.array([], pa.string()), "b": pa.array([], pa.list_(pa.float32()))})
        self.check(empty, stream_of(empty))
        self.check(pa.table({"a": pa.nulls(100_000)}), stream_of(pa.table({"a": pa.nulls(100_000)})))

    def test_legacy_streams(self):
        table = Values(SEED).table(50)
        views = [i for i, f in enumerate(table.schema) if "view" in str(f.type)]
        table = table.select([i for i in range(table.num_columns) if i not in views])
        for options in ({"use_legacy_format": True}, {"metadata_version": pa.ipc.MetadataVersion.V4}):
            self.check(table, stream_of(table, 20, **options))

    def test_dictionaries_that_grow_and_change(self):
        kind = pa.dictionary(pa.int8(), pa.string())
        schema = pa.schema({"d": kind})
        growing = [["a"], ["a", "b"], ["a", "b"], ["a", "b", "c", "d"]]
        changing = [["a"], ["x", "y"], ["x", "y"], ["a", "b"]]
        for lists, deltas in ((growing, True), (growing, False), (changing, True), (changing, False)):
            sink = io.BytesIO()
            expected = []
            options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=deltas)
            with pa.ipc.new_stream(sink, schema, options=options) as writer:
                for values in lists:
                    places = [i % len(values) for i in range(9)] + [None]
                    array = pa.DictionaryArray.from_arrays(pa.array(places, pa.int8()), pa.array(values))
                    writer.write_batch(pa.record_batch([array], schema=schema))
                    expected += array.to_pylist()
            for rows in (0, 4):
                copy = read(copied(sink.getvalue(), rows))
                self.assertEqual(copy["d"].to_pylist(), expected)
            lines = run("values", sink.getvalue()).stdout.decode().split()
            self.assertEqual(lines, ["null" if v is None else "x" + v.encode().hex() for v in expected])
            if deltas and lists is growing:
                stats = pa.ipc.open_stream(copied(sink.getvalue()))
                stats.read_all()
                self.assertEqual(stats.stats.num_dictionary_deltas, 2)
                self.assertEqual(stats.stats.num_replaced_dictionaries, 0)

    def test_pandas(self):
        frame = pandas.DataFrame(
            {
                "city": pandas.Categorical(["Wien", "Graz", None, "Wien"], ["Graz", "Wien", "Linz"], ordered=True),
                "when": pandas.to_datetime(["2024-01-01", None, "2024-01-03", "2024-01-04"], utc=True),
                "x": [1.5, None, 2.5, 3.5],
                "n": pandas.array([1, None, 3, 4], dtype="Int64"),
                "s": ["a", "b", None, "d"],
            }
        )
        for index in (None, "s", ["s", "x"]):
            indexed = frame.set_index(index) if index else frame
            stream = stream_of(pa.Table.from_pandas(indexed))
            for rows in (0, 3):
                copy = read(copied(stream, rows))
                back = copy.to_pandas()
                pandas.testing.assert_frame_equal(back.drop(columns=ADDED), indexed)
                self.assertEqual(back["fstore_row"].tolist(), [0, 1, 2, 3])

    def test_polars(self):
        frame = polars.DataFrame(
            {
                "s": ["short", "a text of more than twelve bytes", None, "é" * 40] * 30,
                "c": polars.Series(["x", "y", None, "x"] * 30, dtype=polars.Categorical),
                "e": polars.Series(["x", "y", None, "x"] * 30, dtype=polars.Enum(["y", "x"])),
                "b": [b"1", None, b"33", b"4" * 50] * 30,
                "t": [datetime.datetime(2024, 1, 1), None, datetime.datetime(1960, 1, 1), None] * 30,
                "d": [datetime.date(2024, 1, 1), None, None, datetime.date(1960, 1, 1)] * 30,
                "v": polars.Series([[1.0, 2.0], None, [3.0, 4.0], [5.0, 6.0]] * 30, dtype=polars.Array(polars.Float32, 2)),
                "l": [[1.0], [], None, [2.0, 3.0]] * 30,
                "bool": [True, None, False, True] * 30,
            }
        )
        for level in (polars.CompatLevel.newest(), polars.CompatLevel.oldest()):
            sink = io.BytesIO()
            frame.write_ipc_stream(sink, compat_level=level)
            for rows in (0, 7):
                copy = copied(sink.getvalue(), rows)
                read(copy)
                back = polars.read_ipc_stream(io.BytesIO(copy))
                self.assertTrue(back.drop(ADDED).equals(frame))
                self.assertEqual(back.drop(ADDED).schema, frame.schema)


class Accessors(unittest.TestCase):
    def expected(self, value, kind):
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if value is None or pa.types.is_null(kind):
            return "null"
        if pa.types.is_boolean(kind):
            return str(value).lower()
        if pa.types.is_floating(kind):
            return str(self.bits(value))
        if pa.types.is_integer(kind):
            return str(value) if value < 1 << 63 else "outOfRange"
        if isinstance(value, list):
            return ",".join("null" if x is None else str(self.bits(x)) for x in value)
        if isinstance(value, str):
            return "x" + value.encode().hex()
        if isinstance(value, bytes):
            return "x" + value.hex()
        raise AssertionError(kind)

    @staticmethod
    def bits(value):
        import struct

        return struct.unpack("<Q", struct.pack("<d", value))[0]

    STEPS = {"s": 10**9, "ms": 10**6, "us": 1000, "ns": 1}

    def time(self, scalar, kind):
        if pa.types.is_dictionary(kind):
            return self.time(scalar.as_py() and pa.scalar(scalar.as_py(), kind.value_type), kind.value_type)
        if scalar is None or not scalar.is_valid:
            return "null"
        step = {"date32[day]": 86400 * 10**9, "date64[ms]": 10**6}.get(str(kind)) or self.STEPS[kind.unit]
        value = scalar.value * step
        return str(value) if -(1 << 63) <= value < 1 << 63 else "outOfRange"

    def test_values_of_all_types(self):
        for number in range(20):
            seed = SEED + 1000 + number
            table = Values(seed).table(33)
            kept = []
            for field in table.schema:
                kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
                if not (pa.types.is_dictionary(field.type) and pa.types.is_temporal(kind)):
                    kept.append(field.name)
            table = table.select(kept)
            done = run("values", stream_of(table))
            self.assertEqual(done.returncode, 0, done.stderr)
            lines = done.stdout.decode().split("\n")
            place = 0
            for column in table.columns:
                for value in column:
                    if pa.types.is_temporal(column.type):
                        expected = self.time(value, column.type)
                    else:
                        expected = self.expected(value.as_py(), column.type)
                    self.assertEqual(lines[place], expected, f"seed {seed} {column.type}")
                    place += 1

    def test_builders(self):
        rows = 1000
        choose = random.Random(SEED)
        maybe = lambda value: None if choose.random() < 0.2 else value
        for nulls in (True, False):
            keep = maybe if nulls else lambda value: value
            table = pa.table(
                {
                    "f": pa.array([keep(choose.random()) for _ in range(rows)], pa.float64()),
                    "i": pa.array([keep(choose.randrange(-(1 << 63), 1 << 63)) for _ in range(rows)], pa.int64()),
                    "b": pa.array([keep(choose.random() < 0.5) for _ in range(rows)], pa.bool_()),
                    "s": pa.array([keep("é" * choose.randrange(9)) for _ in range(rows)], pa.string()),
                    "y": pa.array([keep(choose.randbytes(choose.randrange(9))) for _ in range(rows)], pa.binary()),
                    "t": pa.array([keep(choose.randrange(1 << 62)) for _ in range(rows)], pa.timestamp("ns", "UTC")),
                    "v": pa.array([keep([1.5, -2.0, 0.0]) for _ in range(rows)], pa.list_(pa.float32(), 3)),
                }
            )
            done = run("build", stream_of(table, 77))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(read(done.stdout).equals(table))


class Damage(unittest.TestCase):
    def test_changed_bytes_never_end_the_program(self):
        for number in range(int(os.environ.get("ARROW_DAMAGE", 10))):
            seed = SEED + 2000 + number
            table = Values(seed).table(20)
            done = run("damage", stream_of(table, 7), 200, seed)
            self.assertEqual(done.returncode, 0, f"seed {seed}: {done.stderr.decode()}")


class Refusals(unittest.TestCase):
    def reason(self, stream, mode="copy"):
        done = run(mode, stream)
        self.assertEqual(done.returncode, 1, done.stderr)
        return done.stderr.decode()

    UNSUPPORTED = {
        "decimal128(10, 2)": pa.array([1, None, 3], pa.decimal128(10, 2)),
        "struct": pa.array([{"a": 1, "b": "x"}, None, {"a": 2, "b": "y"}]),
        "map": pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int64())),
        "time32": pa.array([1, 2, None], pa.time32("s")),
        "time64": pa.array([1, 2, None], pa.time64("ns")),
        "duration": pa.array([1, 2, None], pa.duration("s")),
        "interval": pa.array([(1, 2, 3), None, (4, 5, 6)], pa.month_day_nano_interval()),
        "list<int64>": pa.array([[1], None, [2, 3]]),
        "list<list<float64>>": pa.array([[[1.0]], None, [[2.0, 3.0], None]]),
        "list<utf8>": pa.array([["a"], None, ["b", None]]),
        "list_view<float32>": pa.array([[1.0], None, [2.0]], pa.list_view(pa.float32())),
        "large_list_view<utf8_view>": pa.array([["a" * 20], None, []], pa.large_list_view(pa.string_view())),
        "run_end_encoded": pa.RunEndEncodedArray.from_arrays([2, 3], ["a", "b"]),
        "union": pa.UnionArray.from_dense(
            pa.array([0, 1, 0], pa.int8()), pa.array([0, 0, 1], pa.int32()), [pa.array([1, 2]), pa.array(["x"])]
        ),
        "struct ": pa.array([{"v": "long enough for a buffer"}, None, {"v": "x"}], pa.struct({"v": pa.string_view()})),
        "struct  ": pa.StructArray.from_arrays([pa.array(["a", "b", "a"]).dictionary_encode()], names=["d"]),
        "dictionary<list<float64>>": pa.DictionaryArray.from_arrays(pa.array([0, 1, 0]), pa.array([[1.0], [2.0]])),
    }

    def test_columns_beside_an_unsupported_one_are_read(self):
        for name, array in self.UNSUPPORTED.items():
            with self.subTest(name):
                table = pa.table({"a": ["x", None, "z"], "odd": array, "b": pa.array(["p" * 20, None, "q"], pa.string_view())})
                for options in ({}, {"metadata_version": pa.ipc.MetadataVersion.V4}):
                    done = run("values", stream_of(table, **options))
                    self.assertEqual(done.returncode, 0, done.stderr)
                    lines = done.stdout.decode().split()
                    expected = ["x78", "null", "x7a", *["unsupported"] * 3, "x" + "70" * 20, "null", "x71"]
                    self.assertEqual(lines, expected)
                    reason = self.reason(stream_of(table, **options))
                    self.assertIn('column "odd"', reason)
                    self.assertIn(name.strip(), reason)

    def test_compression(self):
        for codec in ("lz4", "zstd"):
            stream = stream_of(pa.table({"a": [1, 2, 3]}), compression=codec)
            self.assertIn("write the stream without compression", self.reason(stream))

    def test_text_that_is_not_utf8(self):
        for kind, length in ((pa.string(), 4), (pa.string_view(), 4), (pa.string_view(), 30), (pa.large_string(), 9)):
            bad = pa.array([b"fine", b"\xff" * length]).cast(pa.binary() if kind != pa.string_view() else pa.binary_view())
            if kind == pa.large_string():
                bad = bad.cast(pa.large_binary())
            stream = stream_of(pa.table({"a": bad.view(kind)}))
            self.assertIn("row 1 is not UTF-8", self.reason(stream))

    def test_what_is_no_stream(self):
        self.assertIn("not an Arrow IPC stream", self.reason(b"\x89PNG\r\n\xf1\xf1 and so on"))
        self.assertIn("ends", self.reason(b""))


if __name__ == "__main__":
    unittest.main()
