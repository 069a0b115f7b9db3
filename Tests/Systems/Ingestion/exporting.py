"""Exports in the loop of kills: ordered, looked at, downloaded and judged."""

import csv
import hashlib
import io
import json
import os
import sqlite3
import urllib.error
import urllib.request

from serving import Refused
from sourcefiles import Doomed

FORMATS = ["csv", "json", "ndjson"]


class Export:
    def __init__(self, identity, source, format, least):
        self.id = identity
        self.source = source
        self.format = format
        self.least = least
        self.digest = None
        self.found = None


class Exporting:
    def export(self, source=None):
        source = source or self.random.choice(self.sources)
        format = self.random.choice(FORMATS)
        self.lost_answers += 1
        least = source.acknowledged
        body = {"format": format, "filters": {"source": source.name}}
        made = self.server.data("POST", "/data/export", body)
        self.lost_answers -= 1
        export = Export(made["export_id"], source, format, least)
        self.exports.append(export)
        self.counts["exports"] += 1
        return export

    def doom(self):
        """An export of a source that is deleted meanwhile: it may fail, and then leaves nothing."""
        if not self.is_doomed:
            self.is_doomed = True
            self.export(self.doomed)
        elif self.is_there:
            try:
                self.server.ask("DELETE", f"/sources/{self.doomed.id}")
            except Refused as refused:
                # One request before had no answer.
                if refused.status != 404:
                    raise
            self.is_there = False

    def download(self):
        if self.exports:
            self.look_at(self.random.choice(self.exports[-8:]))

    def look_at(self, export):
        """What is downloaded is the whole file, and always the same."""
        found = self.server.data("GET", f"/data/export/{export.id}")
        status, headers, body = self.fetch(export.id)
        if found["status"] == "processing":
            # It may have ended between the two requests.
            if status == 200:
                found = self.server.data("GET", f"/data/export/{export.id}")
            elif status != 409:
                self.report(f"an export that is being written answers with {status}")
        if found["status"] == "processing":
            return False
        if export.found is not None and export.found != found:
            self.report(f"an export that had ended has changed: {export.found}, {found}")
        if found["status"] == "failed":
            if export.found is None:
                self.counts["exports failed"] += 1
            export.found = found
            if status != 409 or not isinstance(export.source, Doomed):
                self.report(f"{found}: {status}")
            return True
        if status != 200:
            # It may have ended between the two requests.
            status, headers, body = self.fetch(export.id)
        if status != 200 or len(body) != found["file_size_bytes"] or int(headers["Content-Length"]) != len(body):
            self.report(f"{found}: {status}, {len(body)} bytes")
            return True
        digest = hashlib.sha256(body).hexdigest()
        self.counts["downloads"] += 1
        if export.digest not in (None, digest):
            self.report(f"another file is downloaded than before: {found}")
        if export.digest is None:
            try:
                records = self.records(export.format, body)
            except (ValueError, KeyError, TypeError) as error:
                self.report(f"half of a file is downloaded: {found} {error!r}")
                export.found, export.digest = found, digest
                return True
            if len(records) != found["records"]:
                self.report(f"{len(records)} records are downloaded: {found}")
            problem = export.source.problem([r[1:] for r in records], export.least, is_all=False)
            if problem or {r[0] for r in records} - {export.source.id}:
                self.report(f"an export of {export.source.name}: {problem}")
            self.counts["exports completed"] += 1
            self.counts["records exported"] += len(records)
        export.found, export.digest = found, digest
        return True

    def fetch(self, identity):
        request = urllib.request.Request(f"{self.server.url}/api/v1/data/export/{identity}/download")
        request.add_header("Authorization", f"Bearer {self.server.key}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    @staticmethod
    def records(format, body):
        """Source, place and value of each record of a file."""
        text = body.decode()
        if format == "csv":
            if not text.endswith("\n"):
                raise ValueError("the last line has no end")
            found = list(csv.DictReader(io.StringIO(text), strict=True))
        elif format == "json":
            found = json.loads(text)
        else:
            if text and not text.endswith("\n"):
                raise ValueError("the last line has no end")
            found = [json.loads(line) for line in text.splitlines()]
        return [(r["source"], (r["id"], r["timestamp"]), float(r["value"])) for r in found]

    def let_exports_end(self):
        """As if a day had passed, so that there is room for new ones."""
        catalog = sqlite3.connect(os.path.join(self.server.directory, "data", "catalog.sqlite"))
        catalog.execute("UPDATE exports SET expires = created + 1")
        catalog.commit()
        catalog.close()
        self.ended_exports |= {export.id for export in self.exports}
        self.exports = []

    # MARK: The verdict

    def judge_exports(self):
        """Every export ends; one that is made now has what the query says; nothing else is in the directory."""
        quiet = [self.export(source) for source in self.sources]
        self.wait("exports that do not end", lambda: [e.id for e in self.exports if not self.look_at(e)])
        for export in quiet:
            _, _, body = self.fetch(export.id)
            records = sorted(r[1:] for r in self.records(export.format, body))
            if records != self.queried.get(export.source.name, []):
                self.report(f"an export of {export.source.name} differs from the query")
        files = os.listdir(self.exports_directory)
        completed = {export.id for export in self.exports if export.digest}
        if completed - set(files):
            self.report(f"files of exports are missing: {completed - set(files)}")
        known = {export.id for export in self.exports}
        left = [name for name in files if name.removesuffix(".part") in known and name not in completed]
        if left:
            self.report(f"half files, or files of exports that have failed: {left}")
            self.exports = [export for export in self.exports if not any(export.id in name for name in left)]
            self.ended_exports |= {name.removesuffix(".part") for name in left}
        # Of a request that had no answer nobody knows whether there is an export.
        unknown = {name.removesuffix(".part") for name in files} - known - self.ended_exports
        if len(unknown) > self.lost_answers:
            self.report(f"nobody has asked for {unknown}")
