"""Asks a server for everything that clients have written."""

import collections
import http.client
import json
import urllib.parse

from client import START, nanoseconds
from values import ValueClient

START_NANOSECONDS = nanoseconds(START.isoformat() + "Z")


class Reader:
    """`key` is an admin's, `operator` an operator's."""

    def __init__(self, port, key, operator):
        self.port = port
        self.key = key
        self.operator = operator
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, method, path, body=None, key=None, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {"X-API-Key": key or self.key}
        if body is not None:
            headers["Content-Type"] = "application/json"
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def send(self, method, path, body=None, key=None):
        status, text = self.ask(method, path, body, key)
        if status not in (200, 201):
            raise SystemExit(f"{method} {path}: {status} {text[:500]}")
        return json.loads(text)

    def state(self, clients):
        """The facts of each client, as the server has them."""
        state = {client.number: {} for client in clients}
        self.read_values([client for client in clients if isinstance(client, ValueClient)], state)
        for feature in self.items("/api/v1/features"):
            if feature["name"].startswith("feature-"):
                state[owner(feature["name"])][("feature", feature["name"])] = (feature["id"], feature["description"])
        for source in self.items("/api/v1/sources"):
            state[owner(source["name"])][("source", source["name"])] = (source["id"], source["enabled"])
        for key in self.items("/api/v1/auth/keys"):
            if key["name"].startswith("key-"):
                state[owner(key["name"])][("key", key["name"])] = (key["id"], key["revoked_at"] is None)
        self.read_people(state)
        for pattern in self.send("GET", "/api/v1/patterns/pull")["patterns"]:
            state[owner(pattern["name"])][("pattern", pattern["name"])] = pattern["version"]
        return state

    def read_people(self, state):
        emails = {}
        for user in self.items("/api/v2/users"):
            email = user["email"]
            if email.startswith("user-"):
                emails[user["user_id"]] = email
                state[owner(email)][("user", email)] = (user["id"], user["role"], user["disabled"])
        for session in self.items("/api/v1/admin/sessions"):
            fact = ("sessions", emails[session["user_id"]])
            state[owner(fact[1])][fact] = state[owner(fact[1])].get(fact, 0) + 1
        for organization in self.items("/api/v1/organizations", self.operator):
            name = organization["name"]
            if name.startswith("registered-"):
                path = f"/api/v2/users?organization_id={organization['id']}"
                users = self.send("GET", path, key=self.operator)["items"]
                whole = [(user["username"], user["role"]) for user in users] == [(name, "admin")]
                state[owner(name)][("registered", name)] = whole

    def items(self, path, key=None):
        page, items = 1, []
        while True:
            found = self.send("GET", f"{path}?limit=1000&page={page}", key=key)
            items += found["items"]
            if len(found["items"]) < 1000:
                return items
            page += 1

    def trail(self):
        """How often the audit trail has each action on each target."""
        counts, cursor = collections.Counter(), ""
        while True:
            page = self.send("GET", "/api/v1/audit?limit=1000" + cursor, key=self.operator)
            counts.update((entry["action"], entry["target"]) for entry in page["items"])
            if "next_cursor" not in page:
                return counts
            cursor = "&cursor=" + page["next_cursor"]

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


def owner(name):
    """The number of the client that made something, from its name."""
    return int(name.split("-")[1])
