"""What the tests of ``fstore`` share: a server for a class, and libraries that may be missing."""

import contextlib
import importlib.util
import pathlib
import sys
import unittest

from serving import KEY, Server

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))

import fstore  # noqa: E402


def needs_library(*names):
    """Leaves a test out where a library is not installed."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    return unittest.skipIf(missing, f"not installed: {', '.join(missing)}")


@contextlib.contextmanager
def without(name):
    """As if a library were not installed. Only its own entry changes: a library that is imported twice is two of them."""
    there = sys.modules.get(name)
    sys.modules[name] = None
    try:
        yield
    finally:
        if there is None:
            del sys.modules[name]
        else:
            sys.modules[name] = there


class WithServer(unittest.TestCase):
    """One server for all tests of a class, without features at the beginning of each."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.stop)
        cls.key = cls.server.key(rate_limit="unlimited", role="admin")
        cls.client = fstore.Client(cls.server.url, api_key=cls.key)
        cls.addClassCleanup(cls.client.close)

    def setUp(self):
        for feature in self.client.features():
            self.client.delete_feature(feature["name"])

    def make(self, **types):
        for name, value_type in types.items():
            self.client.create_feature(name, value_type)

    def refused(self, field, call, *arguments, **options):
        """The error of a call that sends nothing."""
        with self.assertRaises(fstore.FStoreError) as caught:
            call(*arguments, **options)
        self.assertEqual((caught.exception.status, caught.exception.field), (None, field))
        return caught.exception


__all__ = ["KEY", "WithServer", "fstore", "needs_library", "without"]
