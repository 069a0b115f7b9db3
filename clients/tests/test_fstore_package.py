"""The package: what it needs, its types, and its installation."""

import importlib.metadata
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from fstore_serving import needs_library

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "python"
LIBRARIES = ("numpy", "pandas", "polars", "pyarrow")


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=300, check=False, **options
    )


def setuptools_version():
    try:
        return int(importlib.metadata.version("setuptools").partition(".")[0])
    except importlib.metadata.PackageNotFoundError:
        return 0


class Package(unittest.TestCase):
    def succeeds(self, *arguments, **options):
        done = run(*arguments, **options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_imports_the_standard_library_alone(self):
        program = f"import sys, fstore; print([name for name in {LIBRARIES} if name in sys.modules])"
        self.assertEqual(self.succeeds("-c", program, cwd=FOLDER).strip(), "[]")

    def test_files_have_one_purpose_and_fit_on_some_screens(self):
        for file in (FOLDER / "fstore").glob("*.py"):
            self.assertLessEqual(len(file.read_text(encoding="utf-8").splitlines()), 300, file.name)

    @needs_library("mypy")
    def test_types_are_strict(self):
        with tempfile.TemporaryDirectory() as cache:
            self.succeeds("-m", "mypy", "--strict", "--cache-dir", cache, "fstore", cwd=FOLDER)

    @needs_library("mypy")
    def test_types_of_calls_are_known_to_callers(self):
        program = """
import fstore
from typing import Dict, List, Union
client = fstore.Client("http://127.0.0.1:8000")
rows: List[Dict[str, Union[str, int]]] = [{"entity_id": "a"}]
found: List[Dict[str, Union[str, int]]] = client.training(rows, features="temp")
commit: str = client.last_commit()
async def ask() -> fstore.Vectors:
    async with fstore.AsyncClient() as other:
        return await other.online(["temp"], entities=[1, "b"])
"""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "program.py")
            file.write_text(program, encoding="utf-8")
            self.succeeds("-m", "mypy", "--strict", "--cache-dir", folder, str(file), cwd=FOLDER)

    @needs_library("vermin")
    def test_syntax_is_that_of_python_3_9(self):
        program = "import vermin; vermin.main()"
        self.succeeds("-c", program, "--target=3.9-", "--violations", "--no-tips", "fstore", "iv_ingestion", cwd=FOLDER)

    @unittest.skipIf(
        setuptools_version() < 71, "setuptools is not installed, or older than 71, which needs more to build"
    )
    @needs_library("pip")
    def test_both_packages_are_installed_with_their_types(self):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "source")
            # A build writes into its source.
            shutil.copytree(FOLDER, source, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
            options = ["--quiet", "--no-build-isolation", "--no-deps", "--no-index", "--disable-pip-version-check"]
            target = str(pathlib.Path(folder, "target"))
            self.succeeds("-m", "pip", "install", *options, "--target", target, str(source))
            for package in ("fstore", "iv_ingestion"):
                self.assertTrue(pathlib.Path(target, package, "py.typed").exists())
            program = "import fstore, iv_ingestion; print(fstore.__file__)"
            self.assertIn(target, self.succeeds("-c", program, env={"PYTHONPATH": target}, cwd=folder))


if __name__ == "__main__":
    unittest.main()
