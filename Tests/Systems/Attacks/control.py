"""Work for the control plane: lines that grow by one byte a chunk, sixteen megabytes of zeros, broad lists."""

import threading
import time

from server import Server, Watch, timed

SETTINGS = {}


def attack(server: Server, is_long):
    other = server.organization("other")
    server.fill()
    over = threading.Event()

    def upload():
        client = server.connect()
        client.sendall(server.head("POST", "/api/v1/features/text/values", None, kind="application/x-ndjson"))
        try:
            while not over.is_set():
                client.sendall(b"1\r\nx\r\n" * 1000)
        except OSError:
            pass
        client.close()

    def zeros():
        body = b"[" + b"0," * 900_000 + b"0]"
        while not over.is_set():
            try:
                status, answer = server.ask("POST", "/api/v1/features/text/values", body)
            except OSError as error:
                problems.append(f"zeros: {error!r}")
                break
            if status not in (400, 413, 422):
                problems.append(f"zeros: {status} {str(answer)[:100]}")

    problems = []
    threads = [threading.Thread(target=work, daemon=True) for work in [upload] * 8 + [zeros] * 4]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    live = Watch(lambda: timed(lambda: server.ask("GET", "/livez"))[0])
    ready = Watch(lambda: timed(lambda: server.ask("GET", "/readyz"))[0])
    # The control plane as another organization sees it.
    lists = Watch(lambda: timed(lambda: server.expect(200, server.ask("GET", "/api/v1/features", key=other)))[0])
    time.sleep(20 if is_long else 3)
    for name, watch, limit in (("/livez", live, 0.5), ("/readyz", ready, 0.5), ("another's list", lists, 1.5)):
        slowest = watch.end()
        if slowest > limit:
            yield f"{name} took {slowest:.2f} s"
    over.set()
    for thread in threads:
        thread.join()
    yield from problems[:3]
    if server.ask("POST", "/api/v1/features/text/values", b"[" + b"0," * 3_000_000 + b"0]")[0] != 413:
        yield "three million values in one body are taken"
    lines = b"".join(b'{"entity_id":"e%d","value":"v"}\n' % n for n in range(20_000))
    status, answer = server.ask("POST", "/api/v1/features/text/values", lines, kind="application/x-ndjson")
    if status != 201 or answer["written"] != 20_000:
        yield f"control: {status} {answer}"
