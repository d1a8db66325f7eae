"""What must hold of logs and a lake in an object store, whichever it is: checks that take the emulator of one.

A store gives `scheme`, `environment` (where it is, for the command), `secrets` (what must never be shown), `create(container)` and
`upload(container, name, body)`; `names(container)` lists, `age(container, name)` makes an object old, if it can; `alias(container, path)` is another way
to write a URL of it.
"""

import concurrent.futures
import io
import json
import os
import socket
import subprocess
import time
import zipfile

FILES, ROWS, WRITERS = 12, 40, 3


def lines(first):
    for key in range(first, first + ROWS):
        properties = {"Timestamp": f"2026-11-19T08:{key % 60:02}:00.1234567Z", "ReportId": f"r{key}", "ActionType": f"k{key}"}
        yield json.dumps({"time": "2026-11-19T09:00:00Z", "category": "AdvancedHunting-CloudAppEvents", "properties": properties}) + "\n"


class Quarry:
    def __init__(self, binary, store, folder):
        self.binary, self.store, self.folder = binary, store, folder
        others = ("AZURE", "AWS", "GOOGLE", "QUARRY")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
        self.environment = {**kept, **store.environment}

    def run(self, *arguments, code=0):
        done = subprocess.run([self.binary, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=300)
        for text in (done.stdout, done.stderr):
            assert not any(secret in text for secret in self.store.secrets), "a credential is shown"
        assert done.returncode == code, f"{arguments}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def rows(self, lake, query, *options):
        out = self.run("query", query, "--lake", lake, "--format", "jsonl", *options)
        return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def started(command, port):
    """A server, as soon as it listens."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(240):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return server
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.25)
    server.kill()
    raise SystemExit("the emulator does not start")


def checks(quarry):
    store = quarry.store
    logs, lake = "insights-logs-advancedhunting-cloudappevents", f"{store.scheme}://lake/quarry"
    at = f"{store.scheme}://{logs}"
    for container in (logs, "lake", "mixed"):
        store.create(container)
    for file in range(FILES):
        name = f"tenantId=t/y=2026/m=11/d=19/h={file:02}/m=00/PT1H.json"
        store.upload(logs, name, "".join(lines(file * ROWS)).encode())

    # A prefix into a lake on disk; nested folders and a pattern.
    out = quarry.run("ingest", f"{at}/tenantId=t/", "--lake", "local")
    assert f"{FILES * ROWS}" in out.replace(",", ""), out
    assert quarry.rows("local", "CloudAppEvents | count") == [{"Count": FILES * ROWS}]
    out = quarry.run("ingest", f"{at}/**/h=0[0-2]/**/*.json", "--lake", "some")
    assert quarry.rows("some", "CloudAppEvents | count") == [{"Count": 3 * ROWS}]
    # The same again is nothing new, and an object that was appended to brings what is new when records are told apart.
    assert "Nothing new" in quarry.run("ingest", at, "--lake", "local")
    store.upload(logs, "tenantId=t/y=2026/m=11/d=19/h=00/m=00/PT1H.json", "".join([*lines(0), *lines(FILES * ROWS)]).encode())
    quarry.run("ingest", at, "--lake", "local", "--dedup")
    assert quarry.rows("local", "CloudAppEvents | count") == [{"Count": (FILES + 1) * ROWS}]

    # A lake in a container, by writers at once, then by another.
    with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda _: quarry.run("ingest", store.alias(logs, "tenantId=t"), "--lake", lake), range(WRITERS)))
    counted = "CloudAppEvents | summarize Rows = count(), Keys = dcount(ReportId, 4)"
    found = quarry.rows(lake, counted)
    assert found == [{"Rows": (FILES + 1) * ROWS, "Keys": (FILES + 1) * ROWS}], found
    assert "Nothing new" in quarry.run("ingest", at, "--lake", lake)
    one = "CloudAppEvents | where ActionType == 'k7' | project Timestamp, ReportId"
    found = quarry.rows(lake, one)
    assert found == [{"Timestamp": "2026-11-19T08:07:00.1234567Z", "ReportId": "r7"}], found
    assert "CloudAppEvents" in quarry.run("show", "tables", "--lake", lake)

    # Archives, broken files and no logs, beside the lake's own tables.
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/CloudAppEvents.json", "".join(lines(5000)))
    store.upload("mixed", "a/logs.zip", packed.getvalue())
    store.upload("mixed", "a/broken.json.gz", b"\x1f\x8b\x08\x00broken")
    store.upload("mixed", "a/notes.txt", b"nothing to see")
    mixed = f"{store.scheme}://mixed"
    out = quarry.run("ingest", mixed, "--lake", lake, code=3)
    assert "failed" in out and "skipped" in out, out
    everything = [{"Count": (FILES + 2) * ROWS}]
    assert quarry.rows(lake, "CloudAppEvents | count") == everything
    out = quarry.run("ingest", f"{store.scheme}://lake", "--lake", "local", code=3)
    assert "names no file" in out, out
    assert "names no file" in quarry.run("ingest", f"{mixed}/nowhere", "--lake", "local", code=3)
    assert "environment" in quarry.run("ingest", f"{mixed}/a?sv=1&sig=abc", "--lake", "local", code=3).replace("sig=abc", "")

    # Care of the lake, by two at once: what it holds stays, earlier states are there until they are vacuumed.
    before = version_of(quarry, lake)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: quarry.run("lake", "optimize", "--lake", lake), range(2)))
    assert "Nothing to do" in quarry.run("lake", "optimize", "--lake", lake)
    assert quarry.rows(lake, "CloudAppEvents | count") == everything
    assert quarry.rows(lake, one) == found
    assert version_of(quarry, lake) > before
    assert quarry.rows(lake, "CloudAppEvents | count", "--as-of", str(before)) == everything
    # Nothing is old enough to be deleted, but for what a killed writer left yesterday, where the emulator can be told so.
    names = store.names("lake")
    orphan = "quarry/CloudAppEvents/part-0b3c4f9e-7d1a-4f0e-9a51-6f0f5d1c2b3a.zstd.parquet"
    store.upload("lake", orphan, b"half a file")
    gone = store.age("lake", orphan)
    quarry.run("lake", "vacuum", "--keep", "1h", "--lake", lake)
    assert store.names("lake") == names | (set() if gone else {orphan})
    assert quarry.rows(lake, "CloudAppEvents | count") == everything


def version_of(quarry, lake):
    out = quarry.run("lake", "status", "--lake", lake, "--format", "json")
    tables = json.loads(out)
    return next(table["version"] for table in tables if table["table"] == "CloudAppEvents")
