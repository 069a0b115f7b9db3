"""Clients that take all connections, and all descriptors, and ask for nothing."""

import time

from server import Server, timed

SETTINGS = {"connections": 64, "connections_per_address": 128}
FILES = 400


def attack(server: Server, is_long):
    idle = []
    for _ in range(68):
        client = server.connect()
        client.sendall(b"\r\n")
        idle.append(client)
    time.sleep(2.5)
    before = server.seconds()
    time.sleep(10 if is_long else 1)
    spent = server.seconds() - before
    if spent > (10 if is_long else 1) * 0.5:
        yield f"idle clients cost {spent:.1f} s of processor time"
    # The control: who has a key comes in.
    try:
        seconds, (status, _) = timed(lambda: server.ask("GET", "/api/v1/features", timeout=30))
        if status != 200 or seconds > 15:
            yield f"control: {status} after {seconds:.1f} s"
    except OSError as error:
        yield f"control: {error!r}"
    for client in idle:
        client.close()
