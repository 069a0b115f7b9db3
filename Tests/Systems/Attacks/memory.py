"""Searches for the request that costs the most memory, and holds all of them to the bound of docs/operations."""

import random
import time

from server import Server, Watch, at_once

CONNECTIONS, IN_FLIGHT, ANSWER, QUEUE, THREADS = 64, 64, 16, 64, 2
SETTINGS = {
    "connections": CONNECTIONS, "connections_per_address": CONNECTIONS, "in_flight_bytes": f"{IN_FLIGHT}M",
    "max_answer_bytes": f"{ANSWER}M", "max_queued_bytes": f"{QUEUE}M", "threads": THREADS, "durability": "relaxed",
}


def bound():
    """docs/operations, Memory; in MiB."""
    return 96 + CONNECTIONS * 0.5 + (THREADS + 1) * 10 * max(16, ANSWER) + 3 * IN_FLIGHT + 2 * QUEUE


def bodies(chance):
    """Legal bodies near the limit of 16 MiB, each of another kind."""
    size = 16_700_000
    def repeated(unit, end=b""):
        return b"[" + unit * (size // len(unit) - 2) + end + b"]"
    few = 1_900_000
    yield "zeros", b"[" + b"0," * few + b"0]"
    yield "empty objects", b"[" + b"{}," * (few // 2) + b"{}]"
    yield "nested arrays", b"[" + (b"[" * 30 + b"]" * 30 + b",") * (few // 31) + b"0]"
    yield "members", b"{" + b",".join(b'"%d":0' % n for n in range(1_000_000)) + b"}"
    yield "long numbers", repeated(b"0.12345678901234567,", b"0")
    yield "escapes", b'["' + b"\\u00e4" * (size // 6) + b'"]'
    yield "one text", b'["' + b"x" * size + b'"]'
    item = b'{"entity_id":"%s","value":"%s"},'
    yield "values", b"[" + b"".join(item % (b"e%d" % n, b"x" * 300) for n in range(45_000))[:-1] + b"]"
    unit = bytes(chance.choice(b"[]{},0\"") for _ in range(chance.randrange(1, 9)))
    yield f"repeated {unit!r}", repeated(unit)


def attack(server: Server, is_long):
    server.fill()
    chance = random.Random(time.time_ns() if is_long else 7)
    path = "/api/v1/features/text/values"
    many = ",".join(["a"] * 270)
    kinds = [(name, lambda body=body: server.ask("POST", path, body)) for name, body in bodies(chance)]
    rows = b",".join(b'{"entity_id":"e%d","values":{"text":"%s"}}' % (n, b"x" * 300) for n in range(45_000))
    kinds += [
        ("rows", lambda: server.ask("POST", "/api/v1/online/write", b'{"rows":[' + rows + b"]}")),
        ("lines", lambda: server.ask("POST", path, b'{"entity_id":"l","value":"%s"}\n' % (b"y" * 60_000) * 600,
                                     kind="application/x-ndjson")),
        ("texts", lambda: server.ask("GET", f"{path}?entity_ids={many}")),
        ("vectors", lambda: server.ask("POST", "/api/v1/online/read", {"features": ["vector"] * 10, "entities": ["a"] * 30})),
        ("cells", lambda: server.ask("POST", "/api/v1/online/read",
                                     {"features": ["number"] * 10, "entities": ["a"] * 10_000, "timestamps": True})),
        ("refused", lambda: server.ask("POST", "/api/v1/online/read", {"features": ["text"] * 100, "entities": ["a"] * 900})),
    ]
    worst = ("nothing", 0)
    for name, ask in kinds:
        memory = Watch(server.memory, 0.005)
        answers = at_once(24 if is_long else 6, lambda _: ask())
        seen = memory.end() >> 20
        if seen > worst[1]:
            worst = (name, seen)
        for answer in answers:
            if isinstance(answer, tuple) and answer[0] not in (200, 201, 400, 413, 422, 503):
                yield f"{name}: {answer[0]} {str(answer[1])[:200]}"
    print(f"  at most {worst[1]} MiB, for {worst[0]}; the bound is {bound():.0f} MiB", flush=True)
    if worst[1] > bound():
        yield f"{worst[0]}: {worst[1]} MiB, beyond {bound():.0f}"
    # The control.
    status, _ = server.ask("GET", f"{path}?entity_ids=a")
    if status != 200:
        yield f"control: {status}"
