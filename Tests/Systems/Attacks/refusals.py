"""Requests beyond the limit of their key."""

from server import Server, status_of

SETTINGS = {}


def attack(server: Server, is_long):
    server.fill()
    made = server.expect(201, server.ask("POST", "/api/v1/auth/keys", {"name": "l", "role": "viewer", "rate_limit": 1}))
    key = made["key"]
    path = "/api/v1/features/vector/values?entity_ids=" + ",".join(["a"] * 20)
    server.ask("GET", path, key=key)
    count = 2000 if is_long else 300
    before = server.seconds()
    client = server.connect()
    for _ in range(count):
        client.sendall(server.head("GET", path, 0, key=key))
        if status_of(client) != 429:
            yield "a request beyond the limit is answered"
            break
        while b"}" not in client.recv(65_536)[-1:]:
            pass
    spent = (server.seconds() - before) / count
    if spent > 0.001:
        yield f"a refusal takes {spent * 1e6:.0f} µs of processor time"
    client.close()
    # The control: another key is answered.
    status, _ = server.ask("GET", path)
    if status != 200:
        yield f"control: {status}"
