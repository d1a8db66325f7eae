#!/usr/bin/env python3
"""Azure Storage, as far as its emulator is like it: logs in a container, a lake in a container, two writers at once.

Runs Azurite from npm (`--azurite COMMAND`, or installed into a folder of its own for the run). Exits with 0 and a word when npm is not there.
"""

import argparse
import base64
import concurrent.futures
import email.utils
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ACCOUNT = "devstoreaccount1"
# The emulator's well-known key: it opens nothing.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
FILES, ROWS = 12, 40


def request(port, verb, path, query="", body=b"", headers=None):
    """One signed request to the blob service."""
    url = f"http://127.0.0.1:{port}/{ACCOUNT}/{path}"
    extra = {"x-ms-date": email.utils.formatdate(usegmt=True), "x-ms-version": "2021-08-06", **(headers or {})}
    canonical = "".join(f"{name}:{value}\n" for name, value in sorted(extra.items()))
    resource = f"/{ACCOUNT}/{ACCOUNT}/{path}" + "".join(f"\n{part.replace('=', ':')}" for part in sorted(query.split("&")) if part)
    kind = "application/octet-stream" if body else ""
    length = str(len(body)) if body else ""
    text = f"{verb}\n\n\n{length}\n\n{kind}\n\n\n\n\n\n\n{canonical}{resource}"
    signature = base64.b64encode(hmac.new(base64.b64decode(KEY), text.encode(), hashlib.sha256).digest()).decode()
    extra["Authorization"] = f"SharedKey {ACCOUNT}:{signature}"
    if body:
        extra["Content-Type"] = kind
    full = url + (f"?{query}" if query else "")
    with urllib.request.urlopen(urllib.request.Request(full, data=body or None, method=verb, headers=extra), timeout=30) as answer:
        return answer.read()


def upload(port, container, name, body):
    request(port, "PUT", f"{container}/{name}", body=body, headers={"x-ms-blob-type": "BlockBlob"})


def lines(first):
    for key in range(first, first + ROWS):
        properties = {"Timestamp": f"2026-11-19T08:{key % 60:02}:00.1234567Z", "ReportId": f"r{key}", "ActionType": f"k{key}"}
        yield json.dumps({"time": "2026-11-19T09:00:00Z", "category": "AdvancedHunting-CloudAppEvents", "properties": properties}) + "\n"


class Quarry:
    def __init__(self, binary, port, folder):
        self.binary, self.folder = binary, folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AZURE", "QUARRY"))},
            "AZURE_STORAGE_USE_EMULATOR": "true",
            "AZURITE_BLOB_STORAGE_URL": f"http://127.0.0.1:{port}",
            "AZURE_STORAGE_ACCOUNT": ACCOUNT,
            "AZURE_STORAGE_KEY": KEY,
        }

    def run(self, *arguments, code=0):
        done = subprocess.run([self.binary, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=300)
        for text in (done.stdout, done.stderr):
            assert KEY not in text and "sig=" not in text, "a credential is shown"
        assert done.returncode == code, f"{arguments}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def rows(self, lake, query):
        out = self.run("query", query, "--lake", lake, "--format", "jsonl")
        return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def started(command, folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(folder), "--silent", "--skipApiVersionCheck"]
    server = subprocess.Popen([*command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(240):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return server, port
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.25)
    server.kill()
    raise SystemExit("the emulator does not start")


def checks(quarry, port):
    logs, lake = "insights-logs-advancedhunting-cloudappevents", "az://lake/quarry"
    for container in (logs, "lake", "mixed"):
        request(port, "PUT", container, query="restype=container")
    for file in range(FILES):
        name = f"tenantId=t/y=2026/m=11/d=19/h={file:02}/m=00/PT1H.json"
        upload(port, logs, name, "".join(lines(file * ROWS)).encode())

    # A prefix into a lake on disk; nested folders and a pattern.
    out = quarry.run("ingest", f"az://{logs}/tenantId=t/", "--lake", "local")
    assert f"{FILES * ROWS}" in out.replace(",", ""), out
    assert quarry.rows("local", "CloudAppEvents | count") == [{"Count": FILES * ROWS}]
    out = quarry.run("ingest", f"az://{logs}/**/h=0[0-2]/**/*.json", "--lake", "some")
    assert quarry.rows("some", "CloudAppEvents | count") == [{"Count": 3 * ROWS}]
    # The same again is nothing new, and an object that was appended to brings what is new when records are told apart.
    assert "Nothing new" in quarry.run("ingest", f"az://{logs}", "--lake", "local")
    upload(port, logs, "tenantId=t/y=2026/m=11/d=19/h=00/m=00/PT1H.json", "".join([*lines(0), *lines(FILES * ROWS)]).encode())
    quarry.run("ingest", f"az://{logs}", "--lake", "local", "--dedup")
    assert quarry.rows("local", "CloudAppEvents | count") == [{"Count": (FILES + 1) * ROWS}]

    # A lake in a container, by two writers at once, then by a third.
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: quarry.run("ingest", f"abfss://{logs}@{ACCOUNT}.dfs.core.windows.net/tenantId=t", "--lake", lake), range(2)))
    assert quarry.rows(lake, "CloudAppEvents | summarize Rows = count(), Keys = dcount(ReportId, 4)") == [
        {"Rows": (FILES + 1) * ROWS, "Keys": (FILES + 1) * ROWS}
    ]
    assert "Nothing new" in quarry.run("ingest", f"az://{logs}", "--lake", lake)
    found = quarry.rows(lake, "CloudAppEvents | where ActionType == 'k7' | project Timestamp, ReportId")
    assert found == [{"Timestamp": "2026-11-19T08:07:00.1234567Z", "ReportId": "r7"}], found
    assert "CloudAppEvents" in quarry.run("show", "tables", "--lake", lake)

    # Archives, broken files and no logs, beside the lake's own tables.
    import io, zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/CloudAppEvents.json", "".join(lines(5000)))
    upload(port, "mixed", "a/logs.zip", packed.getvalue())
    upload(port, "mixed", "a/broken.json.gz", b"\x1f\x8b\x08\x00broken")
    upload(port, "mixed", "a/notes.txt", b"nothing to see")
    out = quarry.run("ingest", "az://mixed", "--lake", lake, code=3)
    assert "failed" in out and "skipped" in out, out
    assert quarry.rows(lake, "CloudAppEvents | count") == [{"Count": (FILES + 2) * ROWS}]
    out = quarry.run("ingest", "az://lake", "--lake", "local", code=3)
    assert "names no file" in out, out
    assert "names no file" in quarry.run("ingest", "az://mixed/nowhere", "--lake", "local", code=3)
    assert "environment" in quarry.run("ingest", "az://mixed/a?sv=1&sig=abc", "--lake", "local", code=3).replace("sig=abc", "")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quarry", required=True, type=pathlib.Path)
    parser.add_argument("--azurite", help="the command that starts the emulator's blob service")
    options = parser.parse_args()
    if not options.azurite and not shutil.which("npm"):
        print("skipped: npm is not there")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        command = options.azurite
        if not command:
            install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder / "npm"), "azurite@3"]
            if subprocess.run(install, timeout=900).returncode != 0:
                print("skipped: the emulator cannot be installed")
                return
            command = str(folder / "npm/node_modules/.bin/azurite-blob")
        (folder / "work").mkdir()
        server, port = started([command], folder / "store")
        try:
            checks(Quarry(options.quarry.resolve(), port, folder / "work"), port)
        finally:
            server.kill()
            server.wait()
    print("1 passed, 0 failed")


if __name__ == "__main__":
    sys.exit(main())
