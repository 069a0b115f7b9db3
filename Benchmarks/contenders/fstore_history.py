"""FStore with whole histories, asked for a moment."""

import json
from datetime import datetime
from itertools import islice

from contenders.fstore_server import FStoreServer
from runner.history import START, STEP, moment
from runner.prepared import Wire, http

LINES_A_REQUEST = 100_000
CELLS_A_REQUEST = 20_000


def second_of(text):
    return (datetime.fromisoformat(text) - START).total_seconds()


class FStoreHistory(FStoreServer):
    def load(self, data):
        for group in data.groups.values():
            for feature in group.features:
                self.call("POST", "/api/v1/features", {"name": feature, "value_type": "float64"})
            if group.feature_count == 1:
                self.write_lines(group.features[0], lines(group))
            else:
                self.write_rows(group)

    def write_lines(self, feature, all_lines):
        while some := list(islice(all_lines, LINES_A_REQUEST)):
            self.send_lines(feature, "".join(some).encode(), len(some))

    def send_lines(self, feature, body, count):
        target = f"/api/v1/features/{feature}/values"
        request = http("POST", target, self.port, body, self.headers, "application/x-ndjson")
        with Wire(self.port, self.protocol) as wire:
            answer = json.loads(wire.ask(request)[0])
        if answer["written"] != count:
            raise SystemExit(f"FStore took {answer} of {count} lines")

    def write_rows(self, group):
        rows = [
            {
                "entity_id": name,
                "timestamp": moment(version * STEP),
                "values": {f: group.value(number, entity, version) for number, f in enumerate(group.features)},
            }
            for entity, name in enumerate(group.entities)
            for version in range(group.versions)
        ]
        step = CELLS_A_REQUEST // group.feature_count
        for start in range(0, len(rows), step):
            self.call("POST", "/api/v1/online/write", {"rows": rows[start : start + step]})

    def request(self, question):
        names = question.entity_names
        if len(question.features) == 1:
            at = "" if question.second is None else f"&as_of={moment(question.second)}"
            target = f"/api/v1/features/{question.feature_names[0]}/values?entity_ids={','.join(names)}{at}"
            return self.bytes("GET", target), 1
        body = {"features": question.feature_names, "entities": names, "timestamps": True}
        body |= {} if question.second is None else {"as_of": moment(question.second)}
        return self.bytes("POST", "/api/v1/online/read", body), 1

    def read(self, question, contents):
        answer = json.loads(contents[0])
        if "items" in answer:
            items = {item["entity_id"]: (second_of(item["timestamp"]), item["value"]) for item in answer["items"]}
            return [[items.get(name)] for name in question.entity_names]
        if answer["features"] != question.feature_names or answer["entities"] != question.entity_names:
            return None
        times = [[second_of(text) for text in column] for column in answer["timestamps"]]
        columns = list(zip(times, answer["values"]))
        return [[(times[row], values[row]) for times, values in columns] for row in range(len(question.entities))]


def lines(group):
    """Every value of the group's only feature as a line of JSON, by entity and time."""
    moments = [moment(version * STEP) for version in range(group.versions)]
    for entity, name in enumerate(group.entities):
        for version, text in enumerate(moments):
            yield f'{{"entity_id":"{name}","timestamp":"{text}","value":{group.value(0, entity, version)!r}}}\n'
