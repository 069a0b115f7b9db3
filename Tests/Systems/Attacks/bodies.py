"""Bodies of 4 MiB that are held open by a byte now and then."""

import time

from server import Server, Watch

SETTINGS = {"in_flight_bytes": "64M", "in_flight_bytes_per_organization": "64M"}


def attack(server: Server, is_long):
    server.fill()
    before = server.memory()
    memory = Watch(server.memory)
    clients = []
    part = b'[{"entity_id":"a","value":"' + b"x" * 4_000_000
    for _ in range(60 if is_long else 24):
        client = server.connect()
        try:
            client.sendall(server.head("POST", "/api/v1/features/text/values", 4_194_304) + part)
        except OSError:
            pass  # Refused already: all of them are new.
        clients.append(client)
    for _ in range(60 if is_long else 2):
        time.sleep(1)
        for client in clients:
            try:
                client.send(b"x")
            except OSError:
                pass
    # The control: a body that comes on is taken, a large one too, and lines that are sent as they are made.
    rows = [{"entity_id": f"e{n}", "value": "w" * 300} for n in range(40_000)]
    status, answer = server.ask("POST", "/api/v1/features/text/values", {"values": rows})
    if status != 201:
        yield f"control: {status} {answer}"
    if not server.evicted():
        yield "nobody was told to go"
    grown = memory.end() - before
    if grown > 512 << 20:
        yield f"{grown >> 20} MiB of memory"
    for client in clients:
        client.close()
