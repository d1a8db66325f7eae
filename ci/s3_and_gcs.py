#!/usr/bin/env python3
"""S3 and Google Cloud Storage, as far as an emulator is like them: logs in a bucket, a lake in a bucket, writers at once.

Runs moto's S3 from PyPI, in an environment of its own; where that cannot be had, the check is skipped and says so. For Google's there is no emulator that
takes conditional writes by the XML interface, which is S3's but for the names of some headers: a server in front of moto puts one for the other. So the
client, its URLs and its conditions are tried for both services, and what only Google does is not.
"""

import datetime
import http.client
import http.server
import json
import logging
import pathlib
import re
import sys
import threading
import urllib.parse

import environment
from object_store import Quarry, checks, free_port

PACKAGES = ["moto", "flask", "flask-cors"]
KEY = "a-secret-that-opens-nothing"
# moto looks at nothing of it but the name of the service.
SIGNED = "AWS4-HMAC-SHA256 Credential=tester/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"


class Buckets:
    """What both have in common: requests to moto, without a word about who asks."""

    def __init__(self, port):
        self.port = port

    def request(self, verb, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(verb, path, body=body, headers={"Authorization": SIGNED, **(headers or {})})
        answer = connection.getresponse()
        return answer, answer.read()

    def create(self, container):
        answer, text = self.request("PUT", f"/{container}")
        assert answer.status == 200, text

    def upload(self, container, name, body):
        answer, text = self.request("PUT", f"/{container}/{urllib.parse.quote(name)}", body=body)
        assert answer.status == 200, text

    def names(self, container):
        return set(re.findall(r"<Key>([^<]+)</Key>", self.request("GET", f"/{container}?list-type=2")[1].decode()))

    def age(self, container, name):
        from moto.backends import get_backend

        kept = get_backend("s3")["123456789012"]["aws"].buckets[container].keys[name]
        kept.last_modified -= datetime.timedelta(days=1)
        return True


class Amazon(Buckets):
    scheme = "s3"
    secrets = [KEY]

    def __init__(self, port):
        super().__init__(port)
        self.environment = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "tester",
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_REGION": "us-east-1",
        }

    def alias(self, container, path):
        return f"s3a://{container}/{path}"


class Google(Buckets):
    scheme = "gs"
    secrets = [KEY]

    def __init__(self, port):
        super().__init__(port)
        front = self.front()
        threading.Thread(target=front.serve_forever, daemon=True).start()
        account = {
            "gcs_base_url": f"http://127.0.0.1:{front.server_port}",
            "disable_oauth": True,
            "client_email": "tester",
            "private_key": KEY,
            "private_key_id": "",
        }
        self.environment = {"GOOGLE_SERVICE_ACCOUNT_KEY": json.dumps(account)}

    def alias(self, container, path):
        return f"gs://{container}/{path}"

    def front(self):
        """A server that takes Google's headers for S3's."""
        store = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def forward(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                kept = {name: value for name, value in self.headers.items() if name.lower() in ("range", "content-type", "if-match", "if-none-match")}
                if self.headers.get("x-goog-if-generation-match") == "0":
                    kept["If-None-Match"] = "*"
                path, mark, query = self.path.partition("?")
                # Google's client escapes more than moto reads.
                path = urllib.parse.quote(urllib.parse.unquote(path))
                answer, text = store.request(self.command, path + mark + query, body=body, headers=kept)
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                        self.send_header(name, value)
                self.send_header("x-goog-generation", "1")
                length = answer.getheader("Content-Length") if self.command == "HEAD" else len(text)
                self.send_header("Content-Length", str(length or 0))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = forward

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # Clients that have read enough hang up.
        server.handle_error = lambda *_: None
        return server


def check(args, folder):
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    for service in (Amazon, Google):
        port = free_port()
        server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
        server.start()
        work = folder / service.scheme
        work.mkdir()
        try:
            store = service(port)
            # What one service was given is no other's: moto keeps it for the process.
            store.request("POST", "/moto-api/reset")
            checks(Quarry(args.quarry.resolve(), store, work))
        finally:
            server.stop()
    print("2 passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(environment.main(pathlib.Path(__file__), __doc__, PACKAGES, check))
