"""PostgreSQL from Debian: a cluster of its own in a directory, gone with it."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from contenders import postgresql
from runner import prepared
from runner.processes import Process, free_port

NAME = "bench"
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_buffers = 1GB
timezone = 'UTC'
"""


def programs():
    """Where Debian keeps the server's programs, of the newest version that is there."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb") or (folders and folders[-1] / "initdb")
    return Path(found).parent if found else None


def version():
    text = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return text.split()[2]


def owner():
    """PostgreSQL refuses to run as root; who that is becomes its own user for it."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class PostgresServer:
    name = "PostgreSQL"
    protocol = "postgresql"
    # Each connection is a process of its own, started when it comes.
    has_children = True

    def __init__(self, directory, processors=None):
        self.port = free_port()
        self.directory = directory
        directory.mkdir(parents=True)
        self.owner = owner()
        self.greeting = None
        self.statements = {}
        command = [programs() / "postgres", "-D", directory / "data", "-p", self.port]
        self.process = Process(self.name, command, directory / "log", processors, cwd=directory, **self.owner)

    def __enter__(self):
        if self.owner:
            os.chown(self.directory, self.owner["user"], self.owner["group"])
            # The way to it leads through a directory that only its owner may enter.
            self.directory.parent.chmod(0o711)
        made = [programs() / "initdb", "-D", self.directory / "data", "-U", NAME, "--auth", "trust"]
        made += ["--locale", "C", "--encoding", "UTF8"]
        subprocess.run(made, cwd=self.directory, stdout=subprocess.DEVNULL, check=True, **self.owner)
        with open(self.directory / "data" / "postgresql.conf", "a") as file:
            file.write(SETTINGS)
        self.process.__enter__()
        self.process.wait_until(self.is_ready)
        self.run(f"CREATE DATABASE {NAME}", "postgres")
        return self

    def __exit__(self, *error):
        self.process.__exit__(*error)

    def is_ready(self):
        try:
            with prepared.Wire(self.port, self.protocol, [(postgresql.start_up(NAME, "postgres"), 1, b"")]):
                return True
        except prepared.Refused:
            return False

    @property
    def pids(self):
        return [self.process.process.pid]

    def run(self, query, database=NAME, **options):
        """By psql, which checks that everything went well."""
        command = ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", NAME, "-qXAt", "-v", "ON_ERROR_STOP=1"]
        command += ["-d", database, "-c", query]
        return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **options).stdout.strip()

    def copy(self, table, lines):
        """Fills a table by COPY and brings its statistics and its map of visible rows up to date."""
        self.run(f"COPY {table} FROM STDIN", input="".join(lines))
        self.run(f"VACUUM ANALYZE {table}")

    def name_statements(self, statements):
        """What every connection says first: who it is, and the statements by their names."""
        requests = [postgresql.start_up(NAME, NAME)]
        requests += [postgresql.prepare_statement(*statement) for statement in statements.items()]
        self.greeting = [(request, 1, b"") for request in requests]
        self.greeting_file = prepared.write(self.directory / "greeting", self.greeting)
