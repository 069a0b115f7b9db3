"""Histories and walks whose every cell is passed over."""

from server import Server, timed

SETTINGS = {"durability": "relaxed"}


def attack(server: Server, is_long):
    server.fill()
    path = "/api/v1/features/number/values"
    then = server.expect(201, server.ask("POST", path, {"entity_id": "w", "value": 0, "timestamp": "2000-01-01T00:00:00Z"}))
    then = then["committed_at"]
    count = 2_000_000 if is_long else 600_000
    lines = "".join(
        f'{{"entity_id":"w","value":{n},"timestamp":"2001-01-{1 + n // 86400:02}T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z"}}\n'
        for n in range(count)
    )
    server.expect(201, server.ask("POST", path, lines, kind="application/x-ndjson", timeout=300))
    for question in (f"?entity_ids=w&start_time=1990-01-01T00:00:00Z&known_at={then}", f"?limit=10&known_at={then}"):
        found, pages, cursor = 0, 0, ""
        while pages < 100:
            seconds, (status, page) = timed(lambda: server.ask("GET", path + question.replace("+", "%2B") + cursor))
            if status != 200:
                yield f"{question}: {status} {page}"
                break
            if seconds > 2:
                yield f"{question}: a page took {seconds:.2f} s"
            found += sum(item["entity_id"] == "w" for item in page["items"])
            pages += 1
            if "next_cursor" not in page:
                break
            cursor = "&cursor=" + page["next_cursor"]
        # The control: what is there is found, once.
        if found != 1:
            yield f"control: {question}: {found} values on {pages} pages"
        if "start_time" in question and pages < 2:
            yield f"{question}: {count} cells were passed over on one page"
