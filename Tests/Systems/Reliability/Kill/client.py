"""A client of the server that remembers what was acknowledged, and what it was about when the server went."""

import datetime
import http.client
import json
import random
import re
import threading

START = datetime.datetime(2025, 1, 1)


def event_time(number):
    return (START + datetime.timedelta(seconds=number)).isoformat() + "Z"


def nanoseconds(text):
    """An RFC 3339 time as a number that can be compared."""
    head, fraction = re.fullmatch(r"([^.]+?)(?:\.(\d+))?Z", text).groups()
    moment = datetime.datetime.fromisoformat(head + "+00:00")
    return int(moment.timestamp()) * 10**9 + int((fraction or "0").ljust(9, "0"))


class Client:
    """Writes from a thread of its own to what only it writes to.

    `facts` is what the server has acknowledged: a value for each fact, none for what is deleted. `pending` is the
    request that had no answer: it has changed all of its facts or none.
    """

    def __init__(self, number, seed):
        self.number = number
        self.random = random.Random(seed)
        self.step = 0
        self.facts = {}
        self.secrets = {}
        self.pending = None
        self.problems = []
        self.newest_commit = 0
        self.acknowledged = 0
        self.thread = None

    @property
    def entities(self):
        return [f"client {self.number}"] + [f"client {self.number} also {letter}" for letter in "abc"]

    # The thread

    def start(self, port, key):
        self.thread = threading.Thread(target=self.work, args=(port, key), daemon=True)
        self.thread.start()

    def join(self):
        if self.thread is not None:
            self.thread.join(30)
            if self.thread.is_alive():
                self.problems.append("a client hangs although the server is gone")
            self.thread = None

    def take_acknowledged(self):
        taken, self.acknowledged = self.acknowledged, 0
        return taken

    def work(self, port, key):
        try:
            self.write(port, key)
        except Exception as error:  # A thread must not end unseen.
            self.problems.append(f"client {self.number}: {error!r}")

    def write(self, port, key):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        headers = {"X-API-Key": key, "Content-Type": "application/json"}
        while True:
            self.step += 1
            method, path, body, change = self.choose()
            self.pending = change
            try:
                connection.request(method, path, json.dumps(body) if body is not None else None, headers)
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException):
                return
            if answer.status not in (200, 201, 204):
                self.problems.append(f"{method} {path}: {answer.status} {text[:300]}")
                return
            self.acknowledge(change, json.loads(text) if text else {})

    def acknowledge(self, change, answer):
        self.apply(change)
        self.pending = None
        self.acknowledged += 1
        if "key" in answer:
            self.secrets[answer["name"]] = answer["key"]
        # A deletion that has found nothing has no commit.
        if answer.get("committed_at"):
            commit = nanoseconds(answer["committed_at"])
            if commit <= self.newest_commit:
                self.problems.append(f"commit time {answer['committed_at']} does not come after the one before")
            self.newest_commit = commit

    # What is asked

    def choose(self):
        """Method, path, body, and which facts change when it is acknowledged."""
        chosen = self.random.randrange(100)
        entity, number = self.entities[0], self.step
        if chosen < 45:
            body = {"entity_id": entity, "value": number, "timestamp": event_time(number)}
            return "POST", "/api/v1/features/first/values", body, {("first", entity, number): number}
        if chosen < 60:
            values = [{"entity_id": e, "value": number, "timestamp": event_time(number)} for e in self.entities]
            change = {("first", e, number): number for e in self.entities}
            return "POST", "/api/v1/features/first/values", {"values": values}, change
        if chosen < 70:
            written = {"first": number, "second": -number}
            rows = [{"entity_id": e, "timestamp": event_time(number), "values": written} for e in self.entities]
            change = {(name, e, number): value for e in self.entities for name, value in written.items()}
            return "POST", "/api/v1/online/write", {"rows": rows}, change
        if chosen < 76:
            return self.change_feature()
        if chosen < 82:
            return self.change_source()
        if chosen < 88:
            return self.change_key()
        if chosen < 98:
            return self.delete_value(entity)
        erased = self.entities[-1]
        gone = {fact: None for fact in self.facts if fact[1] == erased}
        return "DELETE", "/api/v1/entities/" + erased.replace(" ", "%20"), None, gone

    def delete_value(self, entity):
        there = [fact for fact in self.facts if fact[:2] == ("first", entity)]
        number = self.random.choice(there)[2] if there else 0
        query = "entity_ids=" + entity.replace(" ", "%20") + "&timestamp=" + event_time(number)
        path = "/api/v1/features/first/values?" + query
        return "DELETE", path, None, {("first", entity, number): None}

    def change_feature(self):
        there = [fact for fact in self.facts if fact[0] == "feature"]
        if there and self.random.random() < 0.5:
            fact = self.random.choice(there)
            return "DELETE", f"/api/v1/features/{fact[1]}", None, {fact: None}
        name = f"feature-{self.number}-{self.step}"
        body = {"name": name, "value_type": "string", "description": f"of step {self.step}", "tags": ["made"]}
        return "POST", "/api/v1/features", body, {("feature", name): f"of step {self.step}"}

    def change_source(self):
        there = [(fact, value) for fact, value in self.facts.items() if fact[0] == "source" and value[0] is not None]
        if there and self.random.random() < 0.5:
            fact, (identity, path) = self.random.choice(there)
            if self.random.random() < 0.5:
                return "DELETE", f"/api/v1/sources/{identity}", None, {fact: None}
            body = {"enabled": not path}
            return "PATCH", f"/api/v1/sources/{identity}", body, {fact: (identity, not path)}
        name = f"source-{self.number}-{self.step}"
        body = {"type": "postgresql", "name": name, "config": {"host": "nowhere", "password": name}}
        return "POST", "/api/v1/sources", body, {("source", name): (None, True)}

    def change_key(self):
        there = [(fact, value) for fact, value in self.facts.items() if fact[0] == "key" and value[0] and value[1]]
        if there and self.random.random() < 0.5:
            fact, (identity, _) = self.random.choice(there)
            return "DELETE", f"/api/v1/auth/keys/{identity}", None, {fact: (identity, False)}
        name = f"key-{self.number}-{self.step}"
        body = {"name": name, "role": "viewer", "rate_limit": "unlimited"}
        return "POST", "/api/v1/auth/keys", body, {("key", name): (None, True)}

    # What there is

    def apply(self, change):
        for fact, value in change.items():
            if value is None:
                self.facts.pop(fact, None)
            else:
                self.facts[fact] = value

    def settle(self, state):
        """Compares with what the server has; the request that had no answer has happened or not, and all of it.

        Returns what is wrong, and whether that request had happened.
        """
        pending, self.pending = self.pending, None
        for change in ({}, pending or {}):
            expected = dict(self.facts)
            for fact, value in change.items():
                expected.pop(fact, None) if value is None else expected.update({fact: value})
            if same(expected, state):
                # From here on as the server has it: with the ids that it has given.
                self.facts = state
                return None, bool(change)
        facts = expected.keys() | state.keys()
        differing = {fact for fact in facts if not same_value(expected.get(fact), state.get(fact))}
        sample = [(fact, expected.get(fact), state.get(fact)) for fact in sorted(differing, key=str)[:5]]
        return f"client {self.number}: fact, acknowledged, found: {sample}; pending {str(pending)[:300]}", False


def same(expected, state):
    return expected.keys() == state.keys() and all(same_value(value, state[fact]) for fact, value in expected.items())


def same_value(expected, found):
    """Ids are known only once they have been read."""
    if isinstance(expected, tuple) and isinstance(found, tuple) and expected[0] is None:
        return expected[1:] == found[1:]
    return expected == found
