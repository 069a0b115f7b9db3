"""Ten kilobytes that ask for gigabytes."""

from server import Server, Watch, at_once, timed

SETTINGS = {}


def attack(server: Server, is_long):
    server.fill()
    many = ",".join(["a"] * 1000)
    big = {"features": ["vector"] * 10, "entities": ["a"] * 2000}
    requests = [
        ("GET", f"/api/v1/features/text/values?entity_ids={many}", None),
        ("GET", f"/api/v1/features/vector/values?entity_ids={many}", None),
        ("POST", "/api/v1/online/read", big),
        ("POST", "/api/v1/online/read", {"features": ["text"] * 100, "entities": ["a"] * 1000}),
    ]
    before = server.memory()
    memory = Watch(server.memory)
    loop = Watch(lambda: timed(lambda: server.ask("GET", "/livez"))[0])
    for method, path, body in requests:
        for status, answer in at_once(16 if is_long else 4, lambda _: server.ask(method, path, body)):
            if status != 413 or answer["details"].get("limit_bytes") != 16_777_216:
                yield f"{path[:40]}: {status} {str(answer)[:200]}"
    slowest = loop.end()
    grown = memory.end() - before
    if slowest > 1:
        yield f"/livez took {slowest:.2f} s meanwhile"
    if grown > 400 << 20:
        yield f"{grown >> 20} MiB of memory"
    # The control: what is within the limit is answered.
    for method, path, body in [
        ("GET", "/api/v1/features/text/values?entity_ids=" + ",".join(["a"] * 200), None),
        ("POST", "/api/v1/online/read", {"features": ["vector"] * 10, "entities": ["a"] * 20}),
    ]:
        status, _ = server.ask(method, path, body)
        if status != 200:
            yield f"control: {path[:40]}: {status}"
