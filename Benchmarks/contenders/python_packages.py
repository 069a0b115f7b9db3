"""Contenders that come from PyPI, each in a virtual environment of its own below the checkout."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def install(name, requirements):
    """The programs of the environment `name`, made anew when the requirements change; None where they cannot be had."""
    made = subprocess.run([ROOT / "scripts" / "python", name, requirements], stdout=subprocess.PIPE, text=True)
    return Path(made.stdout.strip()) if made.returncode == 0 else None
