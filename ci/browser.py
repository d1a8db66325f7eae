#!/usr/bin/env python3
"""Reports in a real browser: findings of the demo and hostile logs, opened without a network, filtered, sorted and unfolded.

Speaks to a headless Chromium over its debugging pipe (`--browser COMMAND`, or one that is installed; `--install` gets Debian's where there is none).
Exits with 0 and a word when no browser can be had.
"""

import argparse
import fcntl
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
PACKAGE = "chromium-headless-shell"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9",
    "--remote-debugging-pipe",
)
# Values that would do something if they were anything but text.
HOSTILE = (
    "<script>window.pwned=1</script>@x.example",
    "</script><script>window.pwned=2</script>@x.example",
    "\"><img src=x onerror=window.pwned=3>@x.example",
    "' onmouseover='window.pwned=4'@x.example",
    "javascript:window.pwned=5//@x.example",
    "{{ run.lake }}{% raw %}</td></tr></table></article><h1>@x.example",
    "=HYPERLINK(\"https://x.example\")",
    "&lt;b&gt;\u2028<!--@x.example",
)
HUNT = """id: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e10
name: "</title></script><script>window.pwned=6</script> Senders"
description: "<img src=x onerror=window.pwned=7>"
severity: High
tactics:
  - InitialAccess
relevantTechniques:
  - T1566
query: |
  // </pre></script><script>window.pwned=8</script>
  EmailEvents
  | summarize Mails = count(), Seen = min(Timestamp) by SenderFromAddress, Subject
version: 1.0.0
"""
MISSING = HUNT.replace("4a8c1f6e", "5a8c1f6e").replace("EmailEvents", "NoSuchTable").replace("Senders", "Nowhere")


def find(install):
    for name in BROWSERS:
        if shutil.which(name):
            return name
    if install and shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL, "timeout": 300}
        try:
            subprocess.run(["apt-get", "update"], **quiet)
            subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", PACKAGE], **quiet)
        except subprocess.TimeoutExpired:
            return None
    return PACKAGE if shutil.which(PACKAGE) else None


class Browser:
    """A headless browser that is spoken to over two pipes, with one page."""

    def __init__(self, command, folder):
        def pipe():
            # Numbers above those that the browser wants for itself.
            ends = os.pipe()
            moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
            for end in ends:
                os.close(end)
            return moved

        (down, self.out), (self.back, up) = pipe(), pipe()
        shell = f'exec "$@" 3<&{down} 4>&{up}'
        arguments = ["bash", "-c", shell, "bash", command, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
        self.process = subprocess.Popen(arguments, pass_fds=(down, up), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(down)
        os.close(up)
        self.buffer, self.number, self.events, self.session = b"", 0, [], None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")
        self.ask("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def message(self):
        while b"\0" not in self.buffer:
            more = os.read(self.back, 1 << 16)
            assert more, "the browser is gone"
            self.buffer += more
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def ask(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        data = json.dumps(request).encode() + b"\0"
        while data:
            data = data[os.write(self.out, data):]
        while True:
            message = self.message()
            if message.get("id") == self.number:
                assert "error" not in message, message
                return message["result"]
            self.events.append(message)

    def open(self, path):
        self.events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.message())

    def eval(self, script):
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def complaints(self):
        """Errors and warnings that the page has caused, and requests but for itself."""
        found, own = [], None
        for event in self.events:
            method, parameters = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown" or method == "Log.entryAdded":
                found.append(event)
            if method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
                found.append(event)
            if method == "Network.requestWillBeSent":
                own = own or parameters["request"]["url"]
                if parameters["request"]["url"] != own:
                    found.append(event)
        return found


def run(quarry, folder, *arguments, codes=(0,)):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUARRY")}
    done = subprocess.run([quarry, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode in codes, f"{arguments}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def timeline(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


VISIBLE = "Array.from(document.querySelectorAll('article.finding')).filter((one) => one.checkVisibility()).length"
ROWS = "Array.from(document.querySelectorAll('#timeline tbody tr')).filter((one) => one.checkVisibility())"


def set_control(name, value):
    return f"(() => {{ const one = document.getElementById({json.dumps(name)}); one.value = {json.dumps(value)}; " \
           "one.dispatchEvent(new Event('input', {bubbles: true})); })()"


def report_of_demo(browser, quarry, folder, content):
    shown = run(quarry, folder, "demo", "--lake", "lake", "--events", "30000")
    day = re.search(r"--now (\d{4}-\d\d-\d\d)", shown).group(1)
    report, lines = folder / "report.html", folder / "timeline.jsonl"
    run(quarry, folder, "hunt", str(content), "--lake", "lake", "--now", day, "--evidence", "--export", str(report), "--export", str(lines), codes=(1,))
    lines = timeline(lines)
    findings = [line for line in lines if line["kind"] == "finding"]
    events = len(lines) - len(findings)
    assert findings and events, "the demo finds something, and shows what it comes from"

    browser.open(report)
    fingerprints = set(browser.eval("Array.from(document.querySelectorAll('article.finding'), (one) => one.id.slice(2))"))
    assert fingerprints == {line["fingerprint"] for line in findings}, "every finding is on the page"
    text = browser.eval("document.body.textContent")
    for line in lines:
        row = line["row"] if line["kind"] == "event" else {}
        for value in (line["hunt"], *row.values()):
            assert value in text, f"{value!r} is not on the page"
    assert browser.eval("document.getElementById('shown').textContent") == f"{len(findings)} of {len(findings)} findings"
    assert browser.eval(f"{ROWS}.length") == len(lines)

    # Filters.
    word = findings[0]["entities"][0]
    word = next(value for key, value in word.items() if key != "Type")
    browser.eval(set_control("filter", word.upper()))
    left = browser.eval(VISIBLE)
    assert 0 < left < len(findings), f"{left} of {len(findings)} findings are about {word}"
    assert browser.eval("document.getElementById('shown').textContent") == f"{left} of {len(findings)} findings"
    browser.eval(set_control("filter", "no finding has this in it"))
    assert browser.eval(VISIBLE) == 0 and browser.eval(f"{ROWS}.length") == 0
    browser.eval(set_control("filter", ""))
    high = sum(line["severity"] == "High" for line in findings)
    browser.eval(set_control("severity", "High"))
    assert browser.eval(VISIBLE) == high and 0 < high
    browser.eval(set_control("severity", ""))
    hunt = browser.eval("document.querySelector('#hunt option:nth-child(2)').value")
    browser.eval(set_control("hunt", hunt))
    title = browser.eval("document.querySelector('#hunt option:nth-child(2)').textContent")
    assert browser.eval(VISIBLE) == sum(line["hunt"] == title for line in findings)
    browser.eval(set_control("hunt", ""))
    browser.eval("document.getElementById('events').click()")
    assert browser.eval(f"{ROWS}.length") == len(findings), "events can be left out"
    browser.eval("document.getElementById('events').click()")

    # Order.
    times = f"{ROWS}.map((row) => row.cells[0].textContent).filter((time) => time !== '–')"
    ascending = browser.eval(times)
    order = lambda time: time.removesuffix("Z")
    assert ascending == sorted(ascending, key=order), "the timeline is in the order of time"
    click = "document.querySelectorAll('#timeline th button')[0].click()"
    browser.eval(click)
    browser.eval(click)
    assert browser.eval(times) == sorted(ascending, key=order, reverse=True), "and can be turned around"
    assert browser.eval("document.querySelector('#timeline th').getAttribute('aria-sort')") == "descending"

    # Evidence.
    open_ones = "document.querySelectorAll('#findings details[open]').length"
    assert browser.eval(open_ones) == 0
    browser.eval("document.getElementById('unfold').click()")
    assert browser.eval(open_ones) == len(findings)
    assert browser.eval("document.querySelector('.evidence h4').checkVisibility()")
    browser.eval("document.getElementById('fold').click()")
    assert browser.eval(open_ones) == 0
    browser.eval("document.querySelector('.evidence summary').click()")
    assert browser.eval(open_ones) == 1, "each can be unfolded by itself"

    assert browser.eval("document.querySelectorAll('#manifest pre').length") == 10, "the manifest has every query"
    hashes = browser.eval("Array.from(document.querySelectorAll('#manifest details code'), (one) => one.textContent)")
    assert sum(bool(re.fullmatch("[0-9a-f]{64}", text)) for text in hashes) >= 10
    assert not browser.complaints(), browser.complaints()
    return len(findings), events


def report_of_strangers(browser, quarry, folder):
    mails = [
        {"Timestamp": f"2026-11-19T08:00:0{at}Z", "SenderFromAddress": value, "Subject": HOSTILE[-1 - at]}
        for at, value in enumerate(HOSTILE)
    ]
    (folder / "EmailEvents.json").write_text("".join(json.dumps(mail) + "\n" for mail in mails))
    (folder / "hunts").mkdir()
    (folder / "hunts" / "senders.yaml").write_text(HUNT)
    (folder / "hunts" / "nowhere.yaml").write_text(MISSING)
    run(quarry, folder, "ingest", "EmailEvents.json", "--lake", "hostile")
    report = folder / "hostile.html"
    run(quarry, folder, "hunt", "hunts", "--lake", "hostile", "--now", "2026-11-20", "--evidence", "--export", str(report), codes=(1,))
    browser.open(report)
    cells = set(browser.eval("Array.from(document.querySelectorAll('article td'), (one) => one.textContent)"))
    assert cells >= set(HOSTILE), set(HOSTILE) - cells
    assert browser.eval("document.querySelectorAll('article.finding').length") == len(HOSTILE)
    assert browser.eval("document.querySelector('#findings h3').textContent").endswith("Senders")
    assert "Nowhere" in browser.eval("document.querySelector('#not-run tbody').textContent")
    assert "</pre></script>" in browser.eval("document.querySelector('#manifest pre').textContent")
    for value in ("<script>window.pwned=1", "</script><script>window.pwned=2", "\"><img", "javascript:", "=HYPERLINK"):
        browser.eval(set_control("filter", value))
        assert 0 < browser.eval(VISIBLE) < len(HOSTILE), value
    browser.eval(set_control("filter", ""))
    browser.eval("document.querySelectorAll('th button').forEach((one) => one.click())")
    assert browser.eval("document.scripts.length") == 1
    assert browser.eval("document.querySelectorAll('img, iframe, object, embed, link, base, form, svg, h1 h1').length") == 0
    assert browser.eval("document.querySelectorAll('h1').length") == 1
    assert browser.eval("Array.from(document.links).every((one) => one.getAttribute('href').startsWith('#'))")
    handlers = "Array.from(document.querySelectorAll('*')).flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith('on'))"
    assert browser.eval(handlers) == []
    time.sleep(0.3)
    assert browser.eval("window.pwned") is None
    assert not browser.complaints(), browser.complaints()

    # Even if something got through, the page lets nothing but its own script run, and nothing out.
    inject = "const one = document.createElement('script'); one.textContent = 'window.pwned = 9'; document.body.append(one); window.pwned"
    assert browser.eval(inject) is None, "the page's policy forbids other scripts"
    assert browser.eval("fetch('https://x.example/').then(() => 'sent', () => 'refused')") == "refused"
    policies = [event for event in browser.complaints() if "Content Security Policy" in json.dumps(event)]
    assert len(policies) >= 2, "it is the policy that refuses"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quarry", required=True)
    parser.add_argument("--browser")
    parser.add_argument("--install", action="store_true")
    arguments = parser.parse_args()
    command = arguments.browser or find(arguments.install)
    if not command:
        print("skipped: no Chromium is installed")
        return 0
    quarry = str(pathlib.Path(arguments.quarry).resolve())
    content = pathlib.Path(__file__).resolve().parent.parent / "content"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        browser = Browser(command, folder / "profile")
        try:
            hunts = folder / "content"
            hunts.mkdir()
            for file in content.glob("*.yaml"):
                shutil.copy(file, hunts)
            findings, events = report_of_demo(browser, quarry, folder, hunts)
            report_of_strangers(browser, quarry, folder)
        finally:
            browser.close()
    print(f"browser: {findings} findings with {events} events shown, filtered, sorted and unfolded; {len(HOSTILE)} hostile values stayed text")
    return 0


if __name__ == "__main__":
    sys.exit(main())
