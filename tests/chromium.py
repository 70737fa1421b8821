"""A headless Chromium to be asked things, over its own pipe: no driver, no package."""

import json
import os
import select
import shutil
import subprocess
import time

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--hide-scrollbars",
]


class Chromium:
    """One page; `more` are options of the browser.

    `complaints` are its console errors and exceptions, `requests` the addresses it asked for.
    """

    def __init__(self, folder, options=(), patience=60):
        self.patience = patience  # seconds until silence is a failure
        to_it, self.out = os.pipe()
        self.into, from_it = os.pipe()
        own = (f"--user-data-dir={folder}", "--remote-debugging-pipe", "about:blank")
        command = [CHROMIUM, *OPTIONS, *options, *own]

        def three_and_four():  # where Chromium reads and writes
            a, b = os.dup(to_it), os.dup(from_it)
            os.dup2(a, 3)
            os.dup2(b, 4)

        # Its standard output, which its children hold as well, tells when the last of them has ended.
        self.process = subprocess.Popen(
            command, preexec_fn=three_and_four, close_fds=False,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_it)
        os.close(from_it)
        self.number, self.session, self.buffer, self.complaints, self.requests = 0, None, b"", [], []
        pages = self.ask("Target.getTargets")["targetInfos"]
        target = next(page["targetId"] for page in pages if page["type"] == "page")
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=20)  # a child that still writes would keep the folder
        os.close(self.out)
        os.close(self.into)

    def ask(self, method: str, **params):
        """Say one thing and wait for its answer, which is no error."""
        answer = self.answer(method, **params)
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def answer(self, method: str, **params):
        """Say one thing and wait for what comes of it."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.message(self.patience)
            if answer.get("id") == self.number:
                return answer

    def message(self, seconds: float) -> dict:
        while b"\0" not in self.buffer:
            assert select.select([self.into], [], [], seconds)[0], "Chromium does not answer"
            part = os.read(self.into, 1 << 20)
            assert part, "Chromium has ended"
            self.buffer += part
        line, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(line)
        self.note(message.get("method"), message.get("params", {}))
        return message

    def note(self, method: str, params: dict):
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        if method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(params["exceptionDetails"])[:500])
        if method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            self.complaints.append(json.dumps(params["args"])[:500])
        if method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(params["entry"]["text"])

    def open(self, address: str):
        self.ask("Page.navigate", url=address)
        end = time.monotonic() + self.patience / 2
        while not self.loaded():
            assert time.monotonic() < end, "the page does not load"
            time.sleep(0.02)

    def loaded(self) -> bool:
        """Whether the page is there. One that leads on to another breaks off what it is asked meanwhile."""
        script = "document.readyState === 'complete' && location.href !== 'about:blank'"
        answer = self.answer("Runtime.evaluate", expression=script, returnByValue=True)
        return "result" in answer and answer["result"]["result"].get("value") is True

    def run(self, script: str):
        """Evaluate an expression, a promise's value included."""
        options = {"expression": script, "awaitPromise": True, "returnByValue": True}
        answer = self.ask("Runtime.evaluate", **options)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def look(self, width: int, theme: str, height: int = 900):
        """Make the page so wide and so high, a phone's where it is narrow, in "light" or "dark"."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])

    def press(self, key: str, code: int, shift: bool = False):
        for kind in ("keyDown", "keyUp"):
            self.ask(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                modifiers=8 if shift else 0,
                **({"text": "\r"} if key == "Enter" and kind == "keyDown" else {}),
            )  # fmt: skip

    def drag(self, *points):
        """Press the mouse at the first point (x, y of the window), go to the others, let go at the last."""
        mouse = {"button": "left", "clickCount": 1}
        self.ask("Input.dispatchMouseEvent", type="mousePressed", x=points[0][0], y=points[0][1], **mouse)
        for x, y in points[1:]:
            self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y, button="left", buttons=1)
        self.ask("Input.dispatchMouseEvent", type="mouseReleased", x=points[-1][0], y=points[-1][1], **mouse)
