"""What was written to a server, and what pandas and a naive model say of it."""

import os
import random

import numpy as np
import pandas as pd
import pyarrow as pa

SEED = int(os.environ.get("TRAINING_SEED", "16"))
SECOND = 1_000_000_000
HOUR = 3600 * SECOND


def nanoseconds(text):
    """A time of an answer."""
    return pd.Timestamp(text).value


def moment(value):
    """A time for a request, to the nanosecond."""
    return f"{np.datetime64(value, 'ns')}Z"


def table(rows):
    """The rows of a frame, as they are asked for."""
    moments = pa.array(rows["moment"].to_numpy(), pa.timestamp("ns", "UTC"))
    return pa.table({"entity_id": pa.array(rows["entity"], pa.string()), "timestamp": moments})


class Cell:
    def __init__(self, event, commit, value, is_deleted=False):
        self.event = event
        self.commit = commit
        self.value = value
        self.is_deleted = is_deleted


class Ledger:
    """Cells in the order in which they were written."""

    def __init__(self, ttl=None):
        self.ttl = ttl
        self.cells = {}

    def add(self, entity, cell):
        self.cells.setdefault(entity, []).append(cell)

    def answer(self, entity, asked, known, max_age=None):
        """Value, status and event time for one row, by looking at each cell of its entity.

        For each event time that is not after the moment, the newest commit that is known decides. One that deletes
        leaves nothing. Of what is left, the newest event time answers.
        """
        newest = {}
        for cell in self.cells.get(entity, []):
            if cell.event <= asked and cell.commit <= known:
                other = newest.get(cell.event)
                if other is None or cell.commit >= other.commit:
                    newest[cell.event] = cell
        live = [cell for cell in newest.values() if not cell.is_deleted]
        if not live:
            return None, "MISSING", None
        cell = max(live, key=lambda cell: cell.event)
        for age in (self.ttl, max_age):
            if age is not None and asked - cell.event > age:
                return None, "EXPIRED", cell.event
        if cell.value is None:
            return None, "NULL", cell.event
        return cell.value, "PRESENT", cell.event

    def merged(self, rows, known, max_age=None):
        """The same for all rows of a frame of entity and moment, by `pandas.merge_asof`."""
        cells = [
            (entity, cell.event, cell.commit, number, cell.value, cell.is_deleted)
            for entity, cells in self.cells.items()
            for number, cell in enumerate(cells)
            if cell.commit <= known
        ]
        right = pd.DataFrame(cells, columns=["entity", "event", "commit", "number", "value", "is_deleted"])
        types = {"event": "int64", "commit": "int64", "value": "float64", "is_deleted": "bool"}
        right = right.astype({"entity": "str", **types})
        right = right.sort_values(["commit", "number"], kind="stable").drop_duplicates(["entity", "event"], keep="last")
        right = right[~right["is_deleted"]].sort_values("event", kind="stable")
        right = right.reset_index(drop=True)
        # Where nothing is found, pandas makes a column of integers one of doubles, which do not hold all nanoseconds.
        right["place"] = right.index
        left = rows[["entity", "moment"]].reset_index(names="position").sort_values("moment", kind="stable")
        places = right[["entity", "event", "place"]]
        found = pd.merge_asof(left, places, left_on="moment", right_on="event", by="entity")
        found = found.sort_values("position")
        places = [None if place != place else int(place) for place in found["place"].tolist()]
        values, events = right["value"].tolist(), right["event"].tolist()
        answers = []
        for moment, place in zip(found["moment"].tolist(), places, strict=True):
            if place is None:
                answers.append((None, "MISSING", None))
            elif any(age is not None and moment - events[place] > age for age in (self.ttl, max_age)):
                answers.append((None, "EXPIRED", events[place]))
            elif values[place] != values[place]:
                answers.append((None, "NULL", events[place]))
            else:
                answers.append((values[place], "PRESENT", events[place]))
        return answers


class History:
    """Late, tied, corrected, future and deleted data, in several commits, of features that differ in their ttl."""

    TTLS = {"plain": None, "short": 2 * HOUR, "long": 40 * HOUR}

    def __init__(self, server, entities=150, commits=12, cells=400):
        self.random = random.Random(SEED)
        self.entities = [f"entity {number}" for number in range(entities)] + ["Zürich", "🦉", "e" * 255, "1001"]
        self.ledgers = {}
        self.commits = []
        self.now = None
        for name, ttl in self.TTLS.items():
            server.feature(name, "float64", **({"ttl": f"{ttl // HOUR}h"} if ttl else {}))
            self.ledgers[name] = Ledger(ttl)
        for number in range(commits):
            for name, ledger in self.ledgers.items():
                self.write(server, name, ledger, cells)
                if number % 3 == 2:
                    self.delete(server, name, ledger)

    def event(self, ledger, entity):
        """Mostly a new time, sometimes one that is there, and sometimes one of the future."""
        chance = self.random.random()
        if chance < 0.2 and entity in ledger.cells:
            return self.random.choice(ledger.cells[entity]).event
        if chance < 0.3:
            return self.now + self.random.randrange(48 * HOUR)
        if chance < 0.6:
            # A few moments, so that many entities share them.
            return self.now // HOUR * HOUR - self.random.randrange(72) * HOUR
        return self.now - self.random.randrange(72 * HOUR)

    def write(self, server, name, ledger, count):
        if self.now is None:
            self.now = nanoseconds(server.write(name, [("before", "2000-01-01T00:00:00Z", 0)])["committed_at"])
            ledger.add("before", Cell(nanoseconds("2000-01-01"), self.now, 0.0))
            self.commits.append(self.now)
        cells = []
        for _ in range(count):
            entity = self.random.choice(self.entities)
            value = None if self.random.random() < 0.05 else self.random.uniform(-1e6, 1e6)
            cells.append((entity, self.event(ledger, entity), value))
        # One time twice in one commit: the one behind wins.
        entity, event, _ = cells[0]
        cells.append((entity, event, 4.0))
        answer = server.write(name, [(entity, moment(event), value) for entity, event, value in cells])
        commit = nanoseconds(answer["committed_at"])
        for entity, event, value in cells:
            ledger.add(entity, Cell(event, commit, value))
        self.commits.append(commit)

    def delete(self, server, name, ledger):
        for _ in range(8):
            entity = self.random.choice(list(ledger.cells))
            event = self.random.choice(ledger.cells[entity]).event
            commit = server.delete(name, entity, moment(event))
            if commit is not None:
                ledger.add(entity, Cell(event, commit, None, is_deleted=True))
                self.commits.append(commit)

    def rows(self, count):
        """Rows with moments at and beside events and commits, and with entities that have nothing."""
        events = [cell.event for ledger in self.ledgers.values() for cells in ledger.cells.values() for cell in cells]
        random_ = self.random
        entities = random_.choices([*self.entities, "nobody", "before"], k=count)
        moments = []
        for _ in range(count):
            chance = random_.random()
            if chance < 0.3:
                moments.append(random_.choice(events) + random_.choice((-1, 0, 1)))
            elif chance < 0.5:
                moments.append(random_.choice(self.commits) + random_.choice((-1, 0, 1)))
            elif chance < 0.6:
                moments.append(random_.choice(events) + random_.choice((2, 12, 40)) * HOUR + random_.choice((-1, 0, 1)))
            elif chance < 0.7:
                moments.append(random_.randrange(self.commits[0], self.commits[-1] + 1))
            else:
                moments.append(self.now + random_.randrange(-80 * HOUR, 50 * HOUR))
        return pd.DataFrame({"entity": entities, "moment": np.array(moments, "int64")})
