#!/usr/bin/env python3
"""Azure Storage, as far as its emulator is like it: logs in a container, a lake in a container, writers at once.

Runs Azurite from npm (`--azurite COMMAND`, or installed into a folder of its own for the run). Exits with 0 and a word when npm is not there.
"""

import argparse
import base64
import email.utils
import hashlib
import hmac
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

from object_store import Quarry, checks, free_port, started

ACCOUNT = "devstoreaccount1"
# The emulator's well-known key: it opens nothing.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


class Azure:
    scheme = "az"
    secrets = [KEY, "sig="]

    def __init__(self, port):
        self.port = port
        self.environment = {
            "AZURE_STORAGE_USE_EMULATOR": "true",
            "AZURITE_BLOB_STORAGE_URL": f"http://127.0.0.1:{port}",
            "AZURE_STORAGE_ACCOUNT": ACCOUNT,
            "AZURE_STORAGE_KEY": KEY,
        }

    def request(self, verb, path, query="", body=b"", headers=None):
        """One signed request to the blob service."""
        url = f"http://127.0.0.1:{self.port}/{ACCOUNT}/{path}"
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

    def create(self, container):
        self.request("PUT", container, query="restype=container")

    def upload(self, container, name, body):
        self.request("PUT", f"{container}/{name}", body=body, headers={"x-ms-blob-type": "BlockBlob"})

    def names(self, container):
        return set(re.findall(r"<Name>([^<]+)</Name>", self.request("GET", container, query="comp=list&restype=container").decode()))

    def age(self, container, name):
        return False

    def alias(self, container, path):
        return f"abfss://{container}@{ACCOUNT}.dfs.core.windows.net/{path}"


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
        port = free_port()
        where = ["--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(folder / "store")]
        server = started([command, *where, "--silent", "--skipApiVersionCheck"], port)
        try:
            checks(Quarry(options.quarry.resolve(), Azure(port), folder / "work"))
        finally:
            server.kill()
            server.wait()
    print("1 passed, 0 failed")


if __name__ == "__main__":
    sys.exit(main())
