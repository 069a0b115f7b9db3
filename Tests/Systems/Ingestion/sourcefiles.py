"""Sources whose files grow and change, each with a ledger of what was in them."""

import datetime
import gzip
import json
import os

ENTITIES = 40


def moment(seconds):
    """As the server writes times."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class SourceFiles:
    """One source. `rows` has what must be stored: the value by entity and time."""

    kind = "file"
    cells_per_row = 1

    def __init__(self, name, server, chance):
        self.name = name
        self.server = server
        self.random = chance
        self.id = None
        self.rows = {}
        self.places = []
        self.rejected = []
        # Values of a place that came after its first one.
        self.corrections = 0
        self.count = 0
        # How many rows a completed run has read.
        self.acknowledged = 0

    @property
    def cells(self):
        return self.cells_per_row * len(self.rows) + self.corrections

    def make(self):
        self.id = self.server.source(self.name, self.kind, self.config())

    def next_row(self):
        self.count += 1
        return f"e{self.count % ENTITIES}", self.count, self.count

    def note(self, entity, seconds, value):
        place = (entity, moment(seconds))
        self.places.append(place)
        self.rows[place] = float(value)

    def replace(self, name, data):
        """The whole file at once, whoever is reading it."""
        path = os.path.join(self.server.root, name)
        hidden = os.path.join(self.server.root, "hidden")
        with open(hidden, "wb") as file:
            file.write(data)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.rename(hidden, path)

    def expected_counts(self):
        """How many rows all runs together must have stored, and how many rejected; None when it is not known."""
        return len(self.rows), len(self.rejected)

    def problem(self, found, least, is_all):
        """What is wrong with records that were read back, in the order in which they were found.

        `least` is how many rows were known to be stored when they were asked for.
        """
        values = {}
        for place, value in found:
            if place in values:
                return f"{place} is there twice"
            if not self.may_be(place, value):
                return f"{place} is {value}, and the file says {self.rows.get(place)}"
            values[place] = value
        for place in self.places[: len(self.places) if is_all else least]:
            if place not in values:
                return f"{place} is missing, of {len(self.places)} of which {least} were acknowledged"
        if is_all and values != self.rows:
            return "a value is not the newest one"
        return self.order_problem(values)

    def may_be(self, place, value):
        return self.rows.get(place) == value

    def order_problem(self, values):
        return None


class Log(SourceFiles):
    """A CSV file that grows, with a second column and lines that do not fit."""

    FIRST_ROWS = 300
    cells_per_row = 2

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.lines = 1
        self.text = b"id,timestamp,value,note\n"
        self.grow(self.FIRST_ROWS, in_place=False)

    def config(self):
        return {"path": f"{self.name}.csv", "mapping": {"time_unit": "s"}}

    def grow(self, rows, in_place):
        added = []
        for _ in range(rows):
            entity, seconds, value = self.next_row()
            self.lines += 1
            if self.random.random() < 0.005:
                added.append(f"{entity},noon,{value},bad\n")
                self.rejected.append(self.lines)
            else:
                added.append(f"{entity},{seconds},{value},n{value}\n")
                self.note(entity, seconds, value)
        added = "".join(added).encode()
        self.text += added
        if not in_place:
            return self.replace(f"{self.name}.csv", self.text)
        # Half of a line is read as a whole, so that this is for times when nobody reads.
        with open(os.path.join(self.server.root, f"{self.name}.csv"), "ab") as file:
            file.write(added)

    def order_problem(self, values):
        if any(place not in values for place in self.places[: len(values)]):
            return "a later line is there without an earlier one"
        return None


class Doomed(Log):
    """One that is deleted while it is exported."""

    # More than one block of a file.
    FIRST_ROWS = 6000


class Days(SourceFiles):
    """A directory in which new files appear, some of them compressed."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.files = 0
        self.grow(100, in_place=False)

    def config(self):
        return {"path": f"{self.name}/day*", "format": "ndjson", "mapping": {"time_unit": "s"}}

    def grow(self, rows, in_place):
        lines = []
        for _ in range(rows):
            entity, seconds, value = self.next_row()
            lines.append(json.dumps({"id": entity, "timestamp": seconds, "value": value}) + "\n")
            self.note(entity, seconds, value)
        self.files += 1
        name, data = f"{self.name}/day{self.files:06d}", "".join(lines).encode()
        if self.random.random() < 0.3:
            name, data = name + ".gz", gzip.compress(data)
        self.replace(name, data)

    order_problem = Log.order_problem


class Prices(SourceFiles):
    """A file whose lines are corrected."""

    ROWS = 1500

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.versions = {}
        self.changes = 0
        # Whether a completed run has read the file as it is.
        self.is_read = False
        for _ in range(self.ROWS):
            self.note(*self.next_row())
        self.write()

    def config(self):
        return {"path": f"{self.name}.csv", "mapping": {"time_unit": "s"}}

    def write(self):
        lines = [f"{place[0]},{number + 1},{self.rows[place]}\n" for number, place in enumerate(self.places)]
        self.replace(f"{self.name}.csv", ("id,timestamp,value\n" + "".join(lines)).encode())
        for place in self.places:
            self.versions.setdefault(place, set()).add(self.rows[place])

    def change(self):
        """Corrects some lines. Only when the file was read as it is, so that the number of cells is known."""
        chosen = self.random.sample(self.places, self.random.randrange(1, 200))
        for place in chosen:
            self.rows[place] += 0.25
        self.corrections += len(chosen)
        self.changes += 1
        self.is_read = False
        self.write()

    def expected_counts(self):
        return len(self.rows) * (1 + self.changes), 0

    def may_be(self, place, value):
        return value in self.versions.get(place, ())


class Gone(SourceFiles):
    """A file that is there at times, and cannot be read when it is not."""

    ROWS = 20

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.is_there = False
        self.was_there = False

    def config(self):
        return {"path": f"{self.name}.csv", "mapping": {"time_unit": "s"}}

    def toggle(self):
        self.is_there = not self.is_there
        if not self.is_there:
            return os.remove(os.path.join(self.server.root, f"{self.name}.csv"))
        if not self.was_there:
            self.was_there = True
            for _ in range(self.ROWS):
                self.note(*self.next_row())
        lines = [f"{place[0]},{number + 1},{self.rows[place]}\n" for number, place in enumerate(self.places)]
        self.replace(f"{self.name}.csv", ("id,timestamp,value\n" + "".join(lines)).encode())


class Table(SourceFiles):
    """A table that grows while nobody reads it. All of it is read each time."""

    kind = "postgresql"

    def __init__(self, name, server, chance, database):
        super().__init__(name, server, chance)
        self.database = database
        database.run(f"CREATE TABLE {name} (id text, timestamp timestamptz, value int8)")
        self.grow(500, in_place=True)

    def config(self):
        return self.database.config(table=self.name)

    def grow(self, rows, in_place):
        first = self.count + 1
        for _ in range(rows):
            self.note(*self.next_row())
        self.database.run(
            f"INSERT INTO {self.name} SELECT 'e' || n % {ENTITIES}, to_timestamp(n), n "
            f"FROM generate_series({first}, {self.count}) n"
        )

    def expected_counts(self):
        return None
