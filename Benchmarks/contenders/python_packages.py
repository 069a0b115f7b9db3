"""Contenders that come from PyPI, each in a virtual environment of its own below the checkout."""

import shutil
import subprocess
import sys
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


if __name__ == "__main__":
    # For scripts: `python3 -m contenders.python_packages NAME REQUIREMENTS` prints where the programs are.
    made = install(sys.argv[1], Path(sys.argv[2]))
    if not made:
        sys.exit(f"the packages of {sys.argv[2]} could not be installed")
    print(made)
