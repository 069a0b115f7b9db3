"""Runs the program `fstore` and counts what is as it should be."""

import io
import json
import subprocess

import pandas


class Checks:
    """Counts checks, and shows the first failures of each kind."""

    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.shown = 0

    def equal(self, found, expected, what):
        if found == expected:
            self.passed += 1
            return
        self.failed += 1
        if self.shown < 20:
            self.shown += 1
            print(f"DIFFERENT: {what}: found {found!r}, expected {expected!r}")

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0


class Program:
    """The built program on one store directory."""

    def __init__(self, binary, data):
        self.binary = binary
        self.data = data

    def run(self, *arguments, text=None, status=0, data=None):
        """Runs a command; a status other than the expected one ends the test."""
        command = [self.binary, *arguments, "--data", data or self.data]
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=300)
        if done.returncode != status:
            raise SystemExit(
                f"{' '.join(command)} ended with {done.returncode}, not {status}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
            )
        return done.stdout

    def object(self, *arguments, **options):
        """Runs a command that prints one JSON object."""
        return json.loads(self.run(*arguments, "--json", **options))

    def ask(self, features, questions, data=None):
        """Answers a table of questions: entity, as_of and perhaps known_at, as text."""
        text = questions.to_csv(index=False)
        answers = self.run("get", ",".join(features), "--queries", "-", text=text, data=data)
        table = pandas.read_csv(io.StringIO(answers), dtype=str, keep_default_na=False)
        table["value"] = pandas.to_numeric(table["value"].replace("", None))
        return table
