"""A receiver of webhooks that keeps what it gets, and does not always take it."""

import http.server
import json
import random
import socket
import threading
import time

from standardwebhooks import Webhook


class Receiver:
    """On a free port. It refuses some deliveries, but each only the first time it comes."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.secrets = {}
        # By the name of the webhook, then by the id of the delivery: the body.
        self.bodies = {}
        self.problems = []
        self.tries = self.refused = self.repeated = 0
        # Set whenever something comes.
        self.arrived = threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                answer = receiver.take(self.path.strip("/"), self.headers, body)
                if answer is None:
                    # The sender is told nothing.
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def handle(self):
                try:
                    super().handle()
                except OSError:
                    # The sender was killed.
                    pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, name):
        return f"http://127.0.0.1:{self.server.server_port}/{name}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def take(self, name, headers, body):
        """Keeps one delivery. Returns the status of the answer; None drops the connection."""
        with self.lock:
            self.tries += 1
            identity = headers["webhook-id"]
            try:
                Webhook(self.secrets[name]).verify(body, {key.lower(): value for key, value in headers.items()})
            except Exception as error:
                self.problems.append(f"{name} {identity}: {error!r}")
            kept = self.bodies.setdefault(name, {})
            is_new = identity not in kept
            if kept.setdefault(identity, body) != body:
                self.problems.append(f"{name} {identity} came with {kept[identity]} and then with {body}")
            self.repeated += not is_new
            chance = self.random.random()
            refuses = is_new and chance < 0.2
            self.refused += refuses
        self.arrived.set()
        # Time to be killed in.
        time.sleep(0.1 * chance)
        if refuses:
            return 500 if chance < 0.1 else None
        return 200

    def events(self, name):
        """What has come, by the id of the delivery: the type and the data of each event."""
        with self.lock:
            found = {identity: json.loads(body) for identity, body in self.bodies.get(name, {}).items()}
        return {identity: (event["type"], event["data"]) for identity, event in found.items()}
