"""A client of the server that registers people, signs them in and out, and shares patterns."""

import base64
import dataclasses
import json

from client import Client, Request

PASSWORD = "a password that nobody guesses"
USERS, PATTERNS = 12, 5


@dataclasses.dataclass
class Session:
    email: str
    access: str
    refresh: str | None
    used: str | None = None
    is_open: bool = True


class PeopleClient(Client):
    def __init__(self, number, seed):
        super().__init__(number, seed)
        self.sessions = {}

    def happened(self, request):
        super().happened(request)
        for identity, session in self.sessions.items():
            if ("session", identity) in request.change or request.change.get(("user", session.email), ()) is None:
                session.is_open = False

    def acknowledge(self, request, answer):
        signs_in = request.path.endswith("/login")
        if signs_in:
            identity = session_id(answer["access_token"])
            request.entries = tuple((action, identity) for action, _ in request.entries)
        super().acknowledge(request, answer)
        if signs_in:
            self.sessions[identity] = Session(request.body["email"], answer["access_token"], answer["refresh_token"])
        if request.path.endswith("/refresh") and "refresh_token" in answer:
            session = self.sessions[session_id(answer["access_token"])]
            session.used, session.refresh = request.token, answer["refresh_token"]

    def judge(self, reader):
        """The access token of an acknowledged session opens, that of one whose end was acknowledged does not."""
        for identity, session in list(self.sessions.items())[-6:]:
            user = self.facts.get(("user", session.email))
            is_open = session.is_open and user is not None and not user[2]
            status, _ = reader.ask("GET", "/api/v1/auth/me", token=session.access)
            if status != (200 if is_open else 401):
                return f"{identity} opens with {status}, and should {'open' if is_open else 'not open'}"
        return None

    # What is asked

    def choose(self):
        chosen = self.random.randrange(100)
        there = [(fact[1], value) for fact, value in self.facts.items() if fact[0] == "user"]
        if not there or (chosen < 8 and len(there) < USERS):
            return self.create()
        email, user = self.random.choice(there)
        is_open = [(i, session) for i, session in self.sessions.items() if session.is_open]
        if chosen < 12:
            return self.register()
        if chosen < 28:
            return self.change_user(email, user)
        if chosen < 45 or not is_open:
            return self.share_patterns() if user[2] else self.sign_in(email)
        if chosen < 65:
            return self.share_patterns()
        return self.change_session(*self.random.choice(is_open))

    def create(self):
        email = f"user-{self.number}-{self.step}@example.com"
        body = {"email": email, "name": f"User {self.step}", "password": PASSWORD}
        change = {("user", email): (None, "developer", False)}
        return Request("POST", "/api/v1/users", body, change, (("user.create", None),))

    def register(self):
        """An organization and its admin, both or neither."""
        name = f"registered-{self.number}-{self.step}"
        body = {"email": f"{name}@example.com", "username": name, "password": PASSWORD, "organization_name": name}
        entries = (("organization.create", ""), ("user.create", ""))
        return Request("POST", "/api/v1/auth/register", body, {("registered", name): True}, entries, token="")

    def change_user(self, email, user):
        identity, role, disabled = user
        path, fact = f"/api/v1/users/{identity}", ("user", email)
        chosen = self.random.randrange(8)
        if chosen == 0:
            change = {fact: None, ("sessions", email): None}
            return Request("DELETE", path, None, change, (("user.delete", identity),))
        if chosen < 4:
            change = {fact: (identity, role, not disabled)}
            entries = (("user.enable" if disabled else "user.disable", identity),)
            return Request("PUT", path + "/disabled", {"disabled": not disabled}, change, entries)
        role = self.random.choice([other for other in ("viewer", "developer", "admin") if other != role])
        change = {fact: (identity, role, disabled)}
        return Request("PUT", path + "/role", {"role": role}, change, (("user.role", identity),))

    def sign_in(self, email):
        change = {("sessions", email): self.facts.get(("sessions", email), 0) + 1}
        body = {"email": email, "password": PASSWORD}
        return Request("POST", "/api/v1/auth/login", body, change, (("session.create", None),), token="")

    def change_session(self, identity, session):
        chosen = self.random.randrange(10)
        usable = not self.facts[("user", session.email)][2]
        ended = {("sessions", session.email): self.facts[("sessions", session.email)] - 1 or None}
        ended[("session", identity)] = None
        if chosen < 5 and session.refresh and usable:
            # Whether it is used up is not known until there is an answer.
            token, session.refresh = session.refresh, None
            return Request("POST", "/api/v1/auth/refresh", token=token)
        if chosen < 7 and session.used:
            entries = (("session.reuse", identity),)
            return Request("POST", "/api/v1/auth/refresh", None, ended, entries, token=session.used, expected=(401,))
        entries = (("session.end", identity),)
        if chosen < 9 and usable:
            return Request("POST", "/api/v1/auth/logout", None, ended, entries, token=session.access)
        return Request("DELETE", f"/api/v1/admin/sessions/{identity}", None, ended, entries)

    def share_patterns(self):
        names = [f"pattern-{self.number}-{letter}" for letter in range(PATTERNS)]
        there = [name for name in names if ("pattern", name) in self.facts]
        if there and self.random.random() < 0.2:
            name = self.random.choice(there)
            change = {("pattern", name): None}
            return Request("DELETE", f"/api/v1/admin/patterns/{name}", None, change, (("pattern.delete", name),))
        names = self.random.sample(names, self.random.randrange(1, PATTERNS))
        patterns = [{"name": n, "description": "shared", "category": "kill", "version": self.step} for n in names]
        change = {("pattern", name): self.step for name in names}
        entries = tuple(("pattern.sync", name) for name in names)
        return Request("POST", "/api/v1/patterns/sync", {"patterns": patterns}, change, entries)


def session_id(token):
    claims = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sid"]
