"""Small requests whose large answers nobody reads."""

import time

from server import Server, Watch

SETTINGS = {"in_flight_bytes": "64M", "in_flight_bytes_per_organization": "64M"}


def attack(server: Server, is_long):
    server.fill()
    before = server.memory()
    memory = Watch(server.memory)
    clients = []
    for query in ("a", ",".join(["a"] * 100)):
        get = server.head("GET", f"/api/v1/features/text/values?entity_ids={query}", 0)
        for _ in range(200 if is_long else 60):
            client = server.connect(4096)
            client.sendall(get * 20)
            clients.append(client)
    time.sleep(10 if is_long else 2)
    # The control: who reads gets the answer, and large ones too.
    for query in ("a", ",".join(["a"] * 100)):
        # Clients that came within the last second are left in peace: until then the answer may be 503 with Retry-After.
        for _ in range(10):
            status, answer = server.ask("GET", f"/api/v1/features/text/values?entity_ids={query}")
            if status != 503:
                break
            time.sleep(1)
        if status != 200 or len(answer["items"]) != query.count("a"):
            yield f"control: {status}"
    grown = memory.end() - before
    # The budget, what one thread makes at a time, and the part of each connection.
    allowed = (64 + 3 * 64 + len(clients) // 4) << 20
    if grown > allowed:
        yield f"{grown >> 20} MiB of memory, {allowed >> 20} are allowed"
    if not server.evicted():
        yield "nobody had to go"
    for client in clients:
        client.close()
