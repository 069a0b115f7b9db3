"""The examples in the docstrings of ``fstore`` run against a real server."""

import asyncio
import doctest
import importlib
import pkgutil
import unittest

from fstore_serving import WithServer, fstore, needs_library

LIBRARIES = {"to_pandas()": "pandas", "to_numpy()": "numpy"}


class Examples(WithServer):
    def setUp(self):
        super().setUp()
        self.make(temp="float64", wind_speed="float64")
        self.client.put("temp", {"JFK": 73.4, "LGA": 75.0}, time="2013-07-04T16:00:00Z")
        self.client.put("wind_speed", {"JFK": 10.4}, time="2013-07-04T16:00:00Z")

    def tearDown(self):
        for entity in ("JFK", "LGA"):
            self.client.erase_entity(entity)

    def run_example(self, example):
        with fstore.Client(self.server.url, api_key=self.key) as client:
            example.globs = {
                "fstore": fstore,
                "asyncio": asyncio,
                "client": client,
                "url": self.server.url,
                "key": self.key,
            }
            report = []
            runner = doctest.DocTestRunner(verbose=False)
            failed = runner.run(example, out=report.append, clear_globs=False).failed
            # An example may have made a client of its own.
            example.globs["client"].close()
            self.assertEqual(failed, 0, "".join(report))


def added(example):
    """A test method for the examples of one docstring."""

    def test(self):
        self.run_example(example)

    needed = [library for call, library in LIBRARIES.items() if call in example.docstring]
    setattr(Examples, "test_" + example.name.replace(".", "_"), needs_library(*needed)(test))


for module in [fstore] + [
    importlib.import_module(f"fstore.{found.name}") for found in pkgutil.iter_modules(fstore.__path__)
]:
    for example in doctest.DocTestFinder(exclude_empty=True).find(module):
        if example.examples:
            added(example)

if __name__ == "__main__":
    unittest.main()
