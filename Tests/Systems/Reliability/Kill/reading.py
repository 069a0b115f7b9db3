"""Asks a server for everything that clients have written."""

import http.client
import json
import urllib.parse

from client import START, nanoseconds

START_NANOSECONDS = nanoseconds(START.isoformat() + "Z")


class Reader:
    def __init__(self, port, key):
        self.port = port
        self.key = key
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, method, path, body=None, key=None):
        headers = {"X-API-Key": key or self.key}
        if body is not None:
            headers["Content-Type"] = "application/json"
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def send(self, method, path, body=None):
        status, text = self.ask(method, path, body)
        if status not in (200, 201):
            raise SystemExit(f"{method} {path}: {status} {text[:500]}")
        return json.loads(text)

    def state(self, clients):
        """The facts of each client, as the server has them."""
        state = {client.number: {} for client in clients}
        self.read_values(clients, state)
        for feature in self.items("/api/v1/features"):
            if feature["name"].startswith("feature-"):
                state[owner(feature)][("feature", feature["name"])] = feature["description"]
        for source in self.items("/api/v1/sources"):
            state[owner(source)][("source", source["name"])] = (source["id"], source["enabled"])
        for key in self.items("/api/v1/auth/keys"):
            if key["name"].startswith("key-"):
                state[owner(key)][("key", key["name"])] = (key["id"], key["revoked_at"] is None)
        return state

    def items(self, path):
        page, items = 1, []
        while True:
            found = self.send("GET", f"{path}?limit=1000&page={page}")
            items += found["items"]
            if len(found["items"]) < 1000:
                return items
            page += 1

    def read_values(self, clients, state):
        owners = {entity: client.number for client in clients for entity in client.entities}
        listed = urllib.parse.quote(",".join(owners), safe=",")
        for feature in ("first", "second"):
            newest, cursor = {}, ""
            while True:
                path = f"/api/v1/features/{feature}/values?entity_ids={listed}"
                path += "&start_time=2000-01-01T00:00:00Z&limit=1000"
                page = self.send("GET", path + cursor)
                for item in page["items"]:
                    number = (nanoseconds(item["timestamp"]) - START_NANOSECONDS) // 10**9
                    state[owners[item["entity_id"]]][(feature, item["entity_id"], number)] = item["value"]
                    newest[item["entity_id"]] = item
                if not page.get("next_cursor"):
                    break
                cursor = "&cursor=" + urllib.parse.quote(page["next_cursor"], safe="")
            # What is newest in the history is what the server gives as the latest.
            latest = self.send("GET", f"/api/v1/features/{feature}/values?entity_ids={listed}")
            for item in latest["items"]:
                if newest.pop(item["entity_id"], None) != item:
                    state[owners[item["entity_id"]]][("latest", feature, item["entity_id"])] = item
            for entity in newest:
                state[owners[entity]][("latest", feature, entity)] = "missing"

    def keys_open_what_they_should(self, clients):
        """A key that was acknowledged opens, one whose revocation was acknowledged does not."""
        for client in clients:
            for name, secret in list(client.secrets.items())[-3:]:
                is_open = client.facts.get(("key", name), (None, False))[1]
                status, _ = self.ask("GET", "/api/v1/features?limit=1", key=secret)
                if status != (200 if is_open else 401):
                    return f"{name} opens with {status}, and should {'open' if is_open else 'not open'}"
        return None


def owner(item):
    """The number of the client that made something, from its name."""
    return int(item["name"].split("-")[1])
