"""A PostgreSQL server of its own, on a free port, in a temporary directory."""

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PostgreSQL:
    PASSWORD = "correct horse"
    name = "postgres"

    def __init__(self):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.directory = tempfile.mkdtemp(prefix="fstore-postgresql-")
        self.port = free_port()
        self.as_user = []
        if os.getuid() == 0:
            # The server refuses to run as root.
            self.as_user = ["runuser", "-u", "postgres", "--"]
            user = pwd.getpwnam("postgres")
            os.chown(self.directory, user.pw_uid, user.pw_gid)
        data = os.path.join(self.directory, "data")
        password = os.path.join(self.directory, "password")
        with open(password, "w", encoding="utf-8") as file:
            file.write(self.PASSWORD)
        os.chmod(password, 0o644)
        subprocess.run(
            self.as_user
            + [f"{programs}/initdb", "-D", data, "-U", "owner", "-E", "UTF8", "--no-sync", "--auth=scram-sha-256"]
            + [f"--pwfile={password}"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
        )
        options = ["-p", str(self.port), "-h", "127.0.0.1", "-k", self.directory, "-c", "fsync=off"]
        self.log = open(os.path.join(self.directory, "log"), "wb")
        self.process = subprocess.Popen(
            self.as_user + [f"{programs}/postgres", "-D", data] + options,
            stdout=self.log,
            stderr=self.log,
            cwd="/",
            start_new_session=True,
        )
        self.psql = f"{programs}/psql"
        for _ in range(200):
            if self.run("SELECT 1", check=False).returncode == 0:
                break
            time.sleep(0.1)
        else:
            raise RuntimeError("PostgreSQL does not start")
        self.run("CREATE ROLE reader LOGIN PASSWORD 'secret'; GRANT pg_read_all_data TO reader")

    def run(self, sql, check=True):
        return subprocess.run(
            [self.psql, "-h", "127.0.0.1", "-p", str(self.port), "-U", "owner", "-d", self.name, "-v"]
            + ["ON_ERROR_STOP=1", "-qAt", "-c", sql],
            env={**os.environ, "PGPASSWORD": self.PASSWORD},
            check=check,
            capture_output=True,
            text=True,
        )

    def config(self, **more):
        """The configuration of a source that reads here."""
        config = {"host": "127.0.0.1", "port": self.port, "database": "postgres"}
        return {**config, "user": "reader", "password": "secret", **more}

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)
