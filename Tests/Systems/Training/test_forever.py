"""The answer to a question about a commit does not change."""

import unittest

from ledger import HOUR, History, moment, table
from serving import CSV, NDJSON, Server, stream

ROWS = 20_000


def setUpModule():
    global server, history, rows
    server = Server()
    history = History(server, entities=20, commits=4)
    rows = history.rows(ROWS)


def tearDownModule():
    server.remove()


class Forever(unittest.TestCase):
    def test_the_same_commit_gives_the_same_bytes_after_more_writes(self):
        body = stream(table(rows), 3000)
        lines = "\n".join(
            f'{{"entity_id":"{entity}","timestamp":"{moment(time)}"}}'
            for entity, time in zip(rows["entity"][:2000], rows["moment"][:2000].tolist(), strict=True)
        )
        question = {"features": list(history.ledgers), "statuses": "true", "event_times": "true"}
        first = server.read(body, **question)
        texts = [server.read(lines.encode(), NDJSON, accept, **question) for accept in (NDJSON, CSV)]
        self.assertEqual([text.commit for text in texts], [first.commit] * 2)
        known = {**question, "known": first.commit}
        for _ in range(3):
            entity = history.entities[0]
            server.write("plain", [(entity, moment(history.now - HOUR), 1.0), (entity, moment(history.now), None)])
            server.delete("short", entity, moment(history.now - HOUR))
            again = server.read(body, **known)
            self.assertEqual(again.body, first.body)
            self.assertEqual(again.commit, first.commit)
            for text, accept in zip(texts, (NDJSON, CSV), strict=True):
                self.assertEqual(server.read(lines.encode(), NDJSON, accept, **known).body, text.body)
        self.assertNotEqual(server.read(body, **question).body, first.body)

    def test_the_last_commit_is_the_one_of_an_answer(self):
        server.write("plain", [("another", "2020-01-01T00:00:00Z", 1.0)])
        last = server.ask("GET", "/commits/last")["commit_time"]
        answer = server.read(b"entity_id,timestamp\nanother,2021-01-01\n", CSV, features=["plain"])
        self.assertEqual(answer.commit, last)
        self.assertEqual(answer.body, b"entity_id,timestamp,plain\nanother,2021-01-01,1.0\n")


if __name__ == "__main__":
    unittest.main()
