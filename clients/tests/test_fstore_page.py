"""The code of docs/python.md runs from top to bottom and prints what the page says; so does the example of the clients."""

import contextlib
import io
import os
import pathlib
import re
import tempfile
import unittest
from unittest import mock

from fstore_serving import WithServer, needs_library

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "python.md"
README = ROOT / "clients" / "README.md"
FLIGHTS = pathlib.Path(os.environ.get("FSTORE_TEST_DATA", ROOT / ".data")).resolve() / "flights"
# Code, and the block with what it prints, if there is one. A single line stands as a comment behind its `print`.
BLOCKS = re.compile(r"^```python\n(.*?)^```\n(?:\s*^```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
PRINTED = re.compile(r"^print\(.*\)  # (.*\n)", re.MULTILINE)


class Page(WithServer):
    @needs_library("pandas", "pyarrow", "sklearn")
    @unittest.skipUnless((FLIGHTS / "flights.csv").exists(), "the flights are not there; scripts/flights fetches them")
    def test_runs_and_prints_what_it_says(self):
        page = PAGE.read_text(encoding="utf-8")
        blocks = list(BLOCKS.finditer(page))
        self.assertEqual(len(blocks), page.count("```python\n"))
        self.assertEqual(sum(block[2] is not None for block in blocks), page.count("```text\n"))
        environment = {"FSTORE_URL": self.server.url, "FSTORE_API_KEY": self.key}
        names = {}
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, environment), working_in(folder):
            os.symlink(FLIGHTS, "flights")
            for code, shown in (block.groups() for block in blocks):
                with self.subTest(code), contextlib.redirect_stdout(io.StringIO()) as printed:
                    exec(compile(code, str(PAGE), "exec"), names)
                self.assertEqual(printed.getvalue(), shown or "".join(PRINTED.findall(code)), code)


class Readme(WithServer):
    def test_has_an_example_that_runs(self):
        example = BLOCKS.search(README.read_text(encoding="utf-8"))[1]
        given = '"http://127.0.0.1:8000", api_key="your-api-key"'
        self.assertIn(given, example)
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(example.replace(given, f'"{self.server.url}", api_key="{self.key}"'), {})
        self.assertIn("'temp': 82.0}]", printed.getvalue())


@contextlib.contextmanager
def working_in(folder):
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


if __name__ == "__main__":
    unittest.main()
