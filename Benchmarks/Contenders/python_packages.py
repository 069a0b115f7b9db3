"""Contenders that come from PyPI, each in a virtual environment of its own below the checkout."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def install(name, requirements):
    """The programs of the environment `name`, made anew when the requirements change; None where they cannot be had."""
    folder = ROOT / ".data" / name
    present = folder / "requirements.txt"
    programs = folder / "bin"
    if not present.exists() or present.read_text() != requirements.read_text():
        pip = [programs / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
        try:
            subprocess.run([ROOT / "scripts" / "require", "python3", "python3-venv", "python3-pip"], check=True)
            subprocess.run(["python3", "-m", "venv", "--clear", folder], check=True)
            subprocess.run(pip, check=True)
        except subprocess.CalledProcessError:
            return None
        shutil.copy(requirements, present)
    return programs
