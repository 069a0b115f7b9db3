"""The same values in four formats: what is written of each type, and what an answer says."""

import base64
import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.csv

from serving import ARROW, CSV, JSON, NDJSON, Server, stream

FORMATS = (ARROW, CSV, NDJSON, JSON)

# What is written of each type. A feature has the name of its type; that of times is `moment`.
VALUES = {
    "float64": [0.1, -0.0, 5e-324, 1.7976931348623157e308, 123456789.12345679, 1e22, -1.5, None],
    "int64": [2**53 + 1, -(2**63), 2**63 - 1, 0, -1, None],
    "bool": [True, False, None],
    "string": [
        "", "plain", 'a "quoted", text', "two\nlines\r\n", "Zürich 🦉", " spaces ", "NA", "null", "\x00\t", None,
    ],
    "bytes": [b"", b"\x00\xff\n\"", bytes(range(256)), None],
    "moment": [
        "2024-01-01T00:00:00.123456789Z", "1969-12-31T23:59:59.999999999Z", "1677-09-22T00:00:00Z",
        "2262-04-11T23:47:16.854775807Z", None,
    ],
    "vector(3)": [[0.1, -1.5, 3e38], [0.0, 1e-45, 16777217.0], None],
    "json": ['{"a":[1,2.5,null,"x\\n"],"b":{"c":9007199254740993}}', "[]", '"text"', "true", None],
}


def filled():
    """A server with a feature of each type, the entities, and the value of each by feature."""
    server = Server()
    rows, expected = [], {}
    most = max(map(len, VALUES.values()))
    for kind, values in VALUES.items():
        server.feature(kind, "timestamp" if kind == "moment" else kind)
        cells = []
        for number, value in enumerate(values):
            cells.append((f"e{number}", "2024-01-01T00:00:00Z", written(kind, value)))
        text = "[" + ",".join(
            f'{{"entity_id":"{entity}","timestamp":"{time}","value":{value}}}' for entity, time, value in cells
        ) + "]"
        server.send("POST", f"/api/v1/features/{kind}/values", text, {"Content-Type": "application/json"})
        expected[kind] = values + [None] * (most - len(values))
    rows = [f"e{number}" for number in range(most)]
    return server, rows, expected


def written(kind, value):
    """A value as JSON."""
    if kind == "json" and value is not None:
        return value
    return json.dumps(base64.b64encode(value).decode() if isinstance(value, bytes) else value)


def body(kind, entities, times, **columns):
    """The same table in any format."""
    rows = {"entity_id": entities, "timestamp": times, **columns}
    match kind:
        case "application/vnd.apache.arrow.stream":
            return stream(pa.table({name: pa.array(cells, pa.string()) for name, cells in rows.items()}))
        case "text/csv":
            out = io.BytesIO()
            pa.csv.write_csv(pa.table(rows), out, pa.csv.WriteOptions(quoting_style="all_valid"))
            return out.getvalue()
        case "application/x-ndjson":
            lines = [dict(zip(rows, cells, strict=True)) for cells in zip(*rows.values(), strict=True)]
            return "".join(json.dumps(line) + "\n" for line in lines).encode()


def columns(answer):
    """The columns of an answer, with what each format has for a value."""
    match answer.headers["Content-Type"].split(";")[0]:
        case "application/vnd.apache.arrow.stream":
            table = answer.table()
            return {name: texts(table[name]) for name in table.column_names}
        case "text/csv":
            options = pa.csv.ParseOptions(newlines_in_values=True)
            names = pa.csv.read_csv(io.BytesIO(answer.body), parse_options=options).column_names
            table = pa.csv.read_csv(
                io.BytesIO(answer.body),
                parse_options=options,
                convert_options=pa.csv.ConvertOptions(
                    column_types={name: pa.string() for name in names},
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                    null_values=[""],
                ),
            )
            return {name: table[name].to_pylist() for name in table.column_names}
        case "application/x-ndjson":
            lines = [json.loads(line) for line in answer.body.decode().split("\n")[:-1]]
            names = list(lines[0]) if lines else []
            for line in lines:
                assert list(line) == names
            return {name: [line[name] for line in lines] for name in names}
        case "application/json":
            return json.loads(answer.body)["rows"]


def texts(column):
    if pa.types.is_timestamp(column.type):
        assert column.type == pa.timestamp("ns", "UTC"), column.type
        return [None if cell is None else np.datetime64(cell, "ns") for cell in column.cast(pa.int64()).to_pylist()]
    return column.to_pylist()


def value(kind, cell, source):
    """What a cell of an answer says."""
    if cell is None:
        return None
    is_text = source == CSV
    match kind:
        case "float64":
            return np.float64(cell).tobytes()
        case "int64":
            return int(cell)
        case "bool":
            return {"true": True, "false": False}[cell] if is_text else cell
        case "bytes":
            return cell if isinstance(cell, bytes) else base64.b64decode(cell, validate=True)
        case "moment":
            return cell if isinstance(cell, np.datetime64) else np.datetime64(cell.rstrip("Z"), "ns")
        case "vector(3)":
            return np.array(json.loads(cell) if is_text else cell, np.float32).tobytes()
        case "json":
            return json.loads(cell) if is_text or source == ARROW else cell
    return cell
