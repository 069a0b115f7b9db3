"""Prepared writes: no two alike, to entities that nobody reads, so that the answers to reads stay what they were."""

import datetime
import random

from contenders.fstore_server import rows
from runner.prepared import Wire, resp, write

FIRST = datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)


def moment(number):
    return (FIRST + datetime.timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%SZ")


def single_values(path, fstore, data, count, entities=2_000):
    """Writes of one value of one entity each. The first hundred are sent here and read back."""
    target = f"/api/v1/features/{data.features[0]}/values"
    entity = lambda number: f"written_{number % entities:06}"
    bodies = [{"entity_id": entity(n), "value": n + 0.5, "timestamp": moment(n)} for n in range(count)]
    requests = [fstore.bytes("POST", target, body) for body in bodies]
    with Wire(fstore.port, fstore.protocol) as wire:
        for request in requests[:100]:
            wire.ask(request)
    for body in bodies[:100]:
        found = fstore.call("GET", f"{target}?entity_ids={body['entity_id']}")["items"]
        if found != [body]:
            raise SystemExit(f"FStore answers {found} after {body} was written")
    return write(path, [(request, 1, b"") for request in requests])


def batches(path, fstore, data, count, entities):
    """Online writes of all features of `entities` entities each."""
    values = random.Random(7)
    records = []
    for number in range(count):
        names = [f"busy_{values.randrange(10_000):06}" for _ in range(entities)]
        pairs = [(name, [values.uniform(-1000, 1000) for _ in data.features]) for name in names]
        records.append((fstore.bytes("POST", "/api/v1/online/write", rows(data, pairs, moment(number))), 1, b""))
    return write(path, records)


def sign_ins(path, fstore, count):
    """Users who sign in again and again. Each sign-in begins a session."""
    people = [fstore.person(f"person-{number}") for number in range(count)]
    return write(path, [(fstore.bytes("POST", "/api/v1/auth/login", person, []), 1, b"") for person in people])


def redis_values(path, count, entities=2_000):
    """The same as single values for Redis."""
    commands = (resp("SET", f"written_{number % entities:06}", repr(number + 0.5)) for number in range(count))
    return write(path, [(command, 1, b"+OK\r\n") for command in commands])
