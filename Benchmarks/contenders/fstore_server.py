"""FStore itself, with a durable store and an API key that is checked on every request."""

import json
import os
import secrets
import string

from runner.dataset import EVENT_TIME
from runner.prepared import Refused, Wire, http
from runner.processes import Process, free_port

CELLS_A_REQUEST = 25_000


class FStoreServer:
    name = "FStore"
    protocol = "http"

    def __init__(self, binary, directory, processors=None, under=(), settings=(), environment=()):
        """`under` are the words of a program that runs the server, such as valgrind."""
        self.port = free_port()
        directory.mkdir(parents=True)
        first_key = "fl_1_" + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(43))
        self.operator = self.headers = [f"Authorization: Bearer {first_key}"]
        command = [*under, binary, "serve", "--data", directory / "data", "--listen", f"127.0.0.1:{self.port}", *settings]
        environment = os.environ | {"FSTORE_BOOTSTRAP_KEY": first_key} | dict(environment)
        self.process = Process(self.name, command, directory / "log", processors, env=environment)

    def __enter__(self):
        self.process.__enter__()
        self.process.wait_until(self.is_ready)
        # The quota is part of a key: without one, the documented limits would end every measurement.
        self.operator = self.make_key("operator")
        self.headers = self.make_key("developer")
        return self

    def __exit__(self, *error):
        self.process.__exit__(*error)

    def is_ready(self):
        try:
            with Wire(self.port, self.protocol) as wire:
                wire.ask(http("GET", "/readyz", self.port))
                return True
        except Refused:
            return False

    @property
    def pids(self):
        return self.process.pids

    def bytes(self, method, target, body=None, headers=None):
        encoded = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        return http(method, target, self.port, encoded, self.headers if headers is None else headers)

    def call(self, method, target, body=None, headers=None):
        with Wire(self.port, self.protocol) as wire:
            return json.loads(wire.ask(self.bytes(method, target, body, headers))[0])

    def person(self, name):
        """The body with which a new user of the same organization signs in."""
        body = {"email": f"{name}@example.com", "password": "a password that nobody guesses"}
        self.call("POST", "/api/v1/users", body | {"name": name}, self.operator)
        return body

    def sign_in(self, name):
        """The headers of a new user who has signed in."""
        token = self.call("POST", "/api/v1/auth/login", self.person(name), [])["access_token"]
        return [f"Authorization: Bearer {token}"]

    def make_key(self, role, limit="unlimited"):
        """The header with a new key."""
        body = {"name": "bench", "role": role}
        if limit != "standard":
            body["rate_limit"] = limit
        made = self.call("POST", "/api/v1/auth/keys", body, self.operator)
        return [f"Authorization: Bearer {made['key']}"]

    def commits(self):
        """How many commits the server has made, and how many seconds they took."""
        with Wire(self.port, self.protocol) as wire:
            lines = wire.ask(http("GET", "/metrics", self.port))[0].decode().splitlines()
        numbers = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return tuple(float(numbers[f"fstore_store_commit{name}_total"]) for name in ("s", "_seconds"))

    def load(self, data):
        for feature in data.features:
            self.call("POST", "/api/v1/features", {"name": feature, "value_type": "float64"})
        step = CELLS_A_REQUEST // len(data.features)
        for start in range(0, len(data.entities), step):
            numbers = range(start, min(start + step, len(data.entities)))
            self.call("POST", "/api/v1/online/write", rows(data, [(data.entities[n], data.rows[n]) for n in numbers]))
        self.names = data

    def request(self, question):
        features = [self.names.features[number] for number in question.features]
        entities = [self.names.entities[number] for number in question.entities]
        if len(features) == len(entities) == 1:
            return self.bytes("GET", f"/api/v1/features/{features[0]}/values?entity_ids={entities[0]}"), 1
        return self.bytes("POST", "/api/v1/online/read", {"features": features, "entities": entities}), 1

    def read(self, question, contents):
        answer = json.loads(contents[0])
        if "items" in answer:
            entities = [self.names.entities[number] for number in question.entities]
            items = answer["items"]
            if [(item["entity_id"], item["timestamp"]) for item in items] != [(name, EVENT_TIME) for name in entities]:
                return None
            return [[item["value"]] for item in items]
        columns = answer["values"]
        return [[column[row] for column in columns] for row in range(len(question.entities))]


def rows(data, entities, timestamp=EVENT_TIME):
    """The body of an online write of (name, values) pairs."""
    return {
        "rows": [
            {"entity_id": name, "timestamp": timestamp, "values": dict(zip(data.features, values))}
            for name, values in entities
        ]
    }
