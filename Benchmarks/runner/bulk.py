"""Many values at once: from composed bytes or a file until the last one is acknowledged, counted in cells a second."""

import json
import subprocess
import time

from contenders import fstore_history
from runner.cross_checks import kept
from runner.history import moment


class Bulk:
    """One feature with a history of `versions` values for each entity, by entity and time."""

    def __init__(self, group, directory, fstore, binary, postgres):
        self.group, self.directory = group, directory
        self.fstore, self.binary, self.postgres = fstore, binary, postgres
        self.number = 0
        lines = list(fstore_history.lines(group))
        self.lines = "".join(lines).encode()
        # A header, and the same rows as text for the two programs that read files.
        rows = [json.loads(line) for line in lines]
        rows = [f"{row['entity_id']},{row['timestamp']},{row['value']!r}\n" for row in rows]
        self.csv = directory / "bulk.csv"
        self.csv.write_text("entity,time,value\n" + "".join(rows))

    def fresh(self):
        self.number += 1
        return f"bulk_{self.number}"

    def timed(self, load):
        started = time.monotonic()
        load()
        return kept(self.group.cells / (time.monotonic() - started), {})

    def over_http(self):
        """One request of JSON lines; the server stores them in batches while they come."""
        feature = self.fresh()
        self.fstore.call("POST", "/api/v1/features", {"name": feature, "value_type": "float64"})
        measured = self.timed(lambda: self.fstore.send_lines(feature, self.lines, self.group.cells))
        last = self.group.versions - 1
        for entity in (0, self.group.entity_count - 1):
            name = self.group.entities[entity]
            found = self.fstore.call("GET", f"/api/v1/features/{feature}/values?entity_ids={name}")["items"]
            timestamp, value = moment(last * 60), self.group.value(0, entity, last)
            if found != [{"entity_id": name, "value": value, "timestamp": timestamp}]:
                raise SystemExit(f"FStore answers {found} after a bulk load")
        return measured

    def by_command(self):
        """`fstore load` into a store of its own, start and end of the program included."""
        store = self.directory / self.fresh()
        command = [self.binary, "load", self.csv, "--create", "--data", store, "--entity", "entity", "--time", "time"]
        command += ["--feature", "value:float64", "--json"]
        answers = []
        load = lambda: answers.append(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        measured = self.timed(load)
        if json.loads(answers[0])["cells"] != self.group.cells:
            raise SystemExit(f"fstore load: {answers[0]}")
        return measured

    def by_copy(self):
        """COPY from the same file into an empty table with its index."""
        table = self.fresh()
        key = "PRIMARY KEY (entity, event_time) INCLUDE (value)"
        self.postgres.run(f"CREATE TABLE {table} (entity text, event_time timestamptz, value float8, {key})")
        with open(self.csv) as file:
            query = f"COPY {table} FROM STDIN (FORMAT csv, HEADER)"
            measured = self.timed(lambda: self.postgres.run(query, stdin=file))
        if int(self.postgres.run(f"SELECT count(*) FROM {table}")) != self.group.cells:
            raise SystemExit("PostgreSQL has not all rows after COPY")
        return measured

    def sides(self):
        found = {"FStore, HTTP": self.over_http, "fstore load": self.by_command}
        return found | ({"PostgreSQL, COPY": self.by_copy} if self.postgres else {})
