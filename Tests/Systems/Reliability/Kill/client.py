"""A client of the server that remembers what was acknowledged, and what it was about when the server went."""

import collections
import dataclasses
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


@dataclasses.dataclass
class Request:
    """`change` has the facts that are true once it has happened, none for what is deleted then.

    `entries` are the actions and targets that the audit trail tells of it. A target is None when it is the `id` of the
    answer, and empty when it is not known. `token` goes out in place of the key; with an empty one the request has no
    credential.
    """

    method: str
    path: str
    body: object = None
    change: dict = dataclasses.field(default_factory=dict)
    entries: tuple = ()
    token: str | None = None
    expected: tuple = (200, 201, 204)


class Client:
    """Writes from a thread of its own to what only it writes to. What it asks is up to its kind: `choose`.

    `facts` is what the server has acknowledged: a value for each fact, none for what is deleted. `pending` is the
    request that had no answer: it has changed all of its facts or none. `trail` counts the entries of the audit trail
    by action and target; `doubtful` those that it may lack, since they are stored after the change that they tell of.
    """

    def __init__(self, number, seed):
        self.number = number
        self.random = random.Random(seed)
        self.step = 0
        self.facts = {}
        self.trail = collections.Counter()
        self.doubtful = collections.Counter()
        self.pending = None
        self.problems = []
        self.newest_commit = 0
        self.acknowledged = 0
        self.thread = None

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
        while True:
            self.step += 1
            request = self.choose()
            headers = {"Content-Type": "application/json"}
            if request.token is None:
                headers["X-API-Key"] = key
            elif request.token:
                headers["Authorization"] = "Bearer " + request.token
            self.pending = request
            try:
                body = json.dumps(request.body) if request.body is not None else None
                connection.request(request.method, request.path, body, headers)
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException):
                return
            if answer.status not in request.expected:
                self.problems.append(f"{request.method} {request.path}: {answer.status} {text[:300]}")
                return
            self.pending = None
            self.acknowledged += 1
            self.acknowledge(request, json.loads(text) if text else {})

    def acknowledge(self, request, answer):
        identity = answer.get("id")
        for fact, value in request.change.items():
            if lacks_id(value):
                request.change[fact] = (identity, *value[1:])
        request.entries = tuple(
            (action, identity if target is None else target) for action, target in request.entries
        )
        self.happened(request)
        # A deletion that has found nothing has no commit.
        if answer.get("committed_at"):
            commit = nanoseconds(answer["committed_at"])
            if commit <= self.newest_commit:
                self.problems.append(f"commit time {answer['committed_at']} does not come after the one before")
            self.newest_commit = commit

    # What there is

    def happened(self, request):
        self.apply(request.change)
        self.trail.update(request.entries)

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
        for change in ({}, pending.change if pending else {}):
            expected = dict(self.facts)
            for fact, value in change.items():
                expected.pop(fact, None) if value is None else expected.update({fact: value})
            if same(expected, state):
                if change:
                    self.doubtful.update(entry for entry in pending.entries if entry[0].startswith("feature."))
                    self.happened(pending)
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
    if lacks_id(expected) and isinstance(found, tuple):
        return expected[1:] == found[1:]
    return expected == found


def lacks_id(value):
    return isinstance(value, tuple) and value[0] is None
