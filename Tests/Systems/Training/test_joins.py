"""Point-in-time joins: pandas.merge_asof and a naive model say what is right."""

import os
import unittest

import numpy as np
import pyarrow as pa

from ledger import HOUR, History, moment, table
from serving import Server, stream

ROWS = int(os.environ.get("TRAINING_ROWS", "100_000"))
ROWS_OF_MODEL = min(ROWS, 15_000)


def setUpModule():
    global server, history, rows
    server = Server()
    history = History(server)
    rows = history.rows(ROWS)


def tearDownModule():
    server.remove()


class Joins(unittest.TestCase):
    def ask(self, rows, **question):
        answer = server.read(
            stream(table(rows), 20_000),
            features=list(history.ledgers),
            statuses="true",
            event_times="true",
            **question,
        )
        return answer.table(), answer.commit

    def check(self, asked, found, name, expected):
        times = found[f"{name}__event_time"].cast(pa.int64()).to_pylist()
        answers = zip(found[name].to_pylist(), found[f"{name}__status"].to_pylist(), times, strict=True)
        # Unittest would look for hours for the best way to show how two long lists differ.
        wrong = [
            (row, name, *asked.iloc[row], answer, right)
            for row, (answer, right) in enumerate(zip(answers, expected, strict=True))
            if answer != right
        ]
        self.assertEqual(wrong[:3], [], f"{len(wrong)} of {len(asked)} answers to {name} are wrong")

    def check_merged(self, found, known, max_age=None):
        for name, ledger in history.ledgers.items():
            self.check(rows, found, name, ledger.merged(rows, known, max_age))

    def check_model(self, found, asked, known, max_age=None):
        for name, ledger in history.ledgers.items():
            answers = [
                ledger.answer(entity, moment, known(moment), max_age)
                for entity, moment in zip(asked["entity"], asked["moment"].tolist(), strict=True)
            ]
            self.check(asked, found, name, answers)

    def test_what_is_known_now_is_that_of_merge_asof(self):
        found, commit = self.ask(rows)
        self.assertEqual(np.datetime64(commit.rstrip("Z"), "ns").astype("int64"), history.commits[-1])
        self.check_merged(found, history.commits[-1])
        for status in ("PRESENT", "NULL", "MISSING", "EXPIRED"):
            self.assertIn(status, found["short__status"].to_pylist())

    def test_max_age_is_counted_from_the_moment_of_the_row(self):
        found, _ = self.ask(rows, max_age="12h")
        self.check_merged(found, history.commits[-1], 12 * HOUR)

    def test_what_was_known_at_a_time_is_that_of_merge_asof(self):
        middle = history.commits[len(history.commits) // 2]
        for known in (middle - 1, middle, middle + 1, history.commits[0] - 1):
            with self.subTest(known=known):
                found, commit = self.ask(rows, known=moment(known))
                self.assertEqual(np.datetime64(commit.rstrip("Z"), "ns").astype("int64"), known)
                self.check_merged(found, known)

    def test_what_was_known_at_each_row_is_that_of_a_naive_model(self):
        asked = rows[:ROWS_OF_MODEL]
        for question, max_age in (({}, None), ({"max_age": "12h"}, 12 * HOUR)):
            with self.subTest(**question):
                found, _ = self.ask(asked, known="row", **question)
                self.check_model(found, asked, lambda moment: moment, max_age)

    def test_the_naive_model_says_what_merge_asof_says(self):
        asked = rows[: ROWS_OF_MODEL // 3]
        known = history.commits[-7]
        found, _ = self.ask(asked, known=moment(known))
        self.check_model(found, asked, lambda moment: known)

    def test_rows_keep_their_order_and_may_be_repeated(self):
        asked = rows[:1000]
        twice = asked.loc[list(asked.index) + list(asked.index)[::-1]].reset_index(drop=True)
        found, _ = self.ask(twice)
        self.assertEqual(found["entity_id"].to_pylist(), twice["entity"].tolist())
        self.assertEqual(found["timestamp"].cast(pa.int64()).to_pylist(), twice["moment"].tolist())
        once, _ = self.ask(asked)
        self.assertEqual(found[:1000], once)
        self.assertEqual(found[1000:].to_pylist(), once.to_pylist()[::-1])

    def test_how_a_table_is_cut_into_batches_does_not_matter(self):
        asked = rows[:60_000]
        whole = server.read(stream(table(asked)), features=["short"]).table()
        for size in (7, 1000, len(asked) - 1):
            count = min(len(asked), size * 1000)
            found = server.read(stream(table(asked[:count]), size), features=["short"]).table()
            self.assertEqual(found, whole[:count], size)


if __name__ == "__main__":
    unittest.main()
