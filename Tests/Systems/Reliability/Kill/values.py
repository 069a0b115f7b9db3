"""A client of the server that writes values, and makes and removes features, sources and keys."""

from client import Client, Request, event_time


class ValueClient(Client):
    def __init__(self, number, seed):
        super().__init__(number, seed)
        self.secrets = {}

    @property
    def entities(self):
        return [f"client {self.number}"] + [f"client {self.number} also {letter}" for letter in "abc"]

    def acknowledge(self, request, answer):
        super().acknowledge(request, answer)
        if "key" in answer:
            self.secrets[answer["name"]] = answer["key"]

    def judge(self, reader):
        """A key that was acknowledged opens, one whose revocation was acknowledged does not."""
        for name, secret in list(self.secrets.items())[-3:]:
            is_open = self.facts.get(("key", name), (None, False))[1]
            status, _ = reader.ask("GET", "/api/v1/features?limit=1", key=secret)
            if status != (200 if is_open else 401):
                return f"{name} opens with {status}, and should {'open' if is_open else 'not open'}"
        return None

    def choose(self):
        chosen = self.random.randrange(100)
        entity, number = self.entities[0], self.step
        if chosen < 45:
            body = {"entity_id": entity, "value": number, "timestamp": event_time(number)}
            return Request("POST", "/api/v1/features/first/values", body, {("first", entity, number): number})
        if chosen < 60:
            values = [{"entity_id": e, "value": number, "timestamp": event_time(number)} for e in self.entities]
            change = {("first", e, number): number for e in self.entities}
            return Request("POST", "/api/v1/features/first/values", {"values": values}, change)
        if chosen < 70:
            written = {"first": number, "second": -number}
            rows = [{"entity_id": e, "timestamp": event_time(number), "values": written} for e in self.entities]
            change = {(name, e, number): value for e in self.entities for name, value in written.items()}
            return Request("POST", "/api/v1/online/write", {"rows": rows}, change)
        if chosen < 76:
            return self.change_feature()
        if chosen < 82:
            return self.change_source()
        if chosen < 88:
            return self.change_key()
        if chosen < 98:
            return self.delete_value(entity)
        erased = self.entities[-1]
        gone = {fact: None for fact in self.facts if fact[1] == erased}
        return Request("DELETE", "/api/v1/entities/" + erased.replace(" ", "%20"), None, gone)

    def delete_value(self, entity):
        there = [fact for fact in self.facts if fact[:2] == ("first", entity)]
        number = self.random.choice(there)[2] if there else 0
        query = "entity_ids=" + entity.replace(" ", "%20") + "&timestamp=" + event_time(number)
        path = "/api/v1/features/first/values?" + query
        return Request("DELETE", path, None, {("first", entity, number): None})

    def change_feature(self):
        there = [(fact, value) for fact, value in self.facts.items() if fact[0] == "feature"]
        if there and self.random.random() < 0.5:
            fact, (identity, _) = self.random.choice(there)
            entries = (("feature.delete", identity),)
            return Request("DELETE", f"/api/v1/features/{fact[1]}", None, {fact: None}, entries)
        name, description = f"feature-{self.number}-{self.step}", f"of step {self.step}"
        body = {"name": name, "value_type": "string", "description": description, "tags": ["made"]}
        change = {("feature", name): (None, description)}
        return Request("POST", "/api/v1/features", body, change, (("feature.create", None),))

    def change_source(self):
        there = [(fact, value) for fact, value in self.facts.items() if fact[0] == "source"]
        if there and self.random.random() < 0.5:
            fact, (identity, enabled) = self.random.choice(there)
            path = f"/api/v1/sources/{identity}"
            if self.random.random() < 0.5:
                return Request("DELETE", path, None, {fact: None}, (("source.delete", identity),))
            change = {fact: (identity, not enabled)}
            return Request("PATCH", path, {"enabled": not enabled}, change, (("source.update", identity),))
        name = f"source-{self.number}-{self.step}"
        body = {"type": "postgresql", "name": name, "config": {"host": "nowhere", "password": name}}
        change = {("source", name): (None, True)}
        return Request("POST", "/api/v1/sources", body, change, (("source.create", None),))

    def change_key(self):
        there = [(fact, value) for fact, value in self.facts.items() if fact[0] == "key" and value[1]]
        if there and self.random.random() < 0.5:
            fact, (identity, _) = self.random.choice(there)
            entries = (("key.revoke", identity),)
            return Request("DELETE", f"/api/v1/auth/keys/{identity}", None, {fact: (identity, False)}, entries)
        name = f"key-{self.number}-{self.step}"
        body = {"name": name, "role": "viewer", "rate_limit": "unlimited"}
        return Request("POST", "/api/v1/auth/keys", body, {("key", name): (None, True)}, (("key.create", None),))
