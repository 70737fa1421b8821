"""A headless Firefox to be asked things, over its own socket (Marionette): no driver, no package."""

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
KEYS = {
    "Enter": "\ue007",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}
KEYS |= {"Home": "\ue011", "Tab": "\ue004", "Shift": "\ue008"}
SETTINGS = {
    "marionette.port": 0,  # a free one, which is written into the profile
    "browser.dom.window.dump.enabled": True,
    "devtools.console.stdout.content": True,  # where it is read from
    "app.update.enabled": False,
    "app.normandy.enabled": False,
    "browser.safebrowsing.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "extensions.webcompat.enable_shims": False,
    "extensions.webcompat.perform_injections": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
    "dom.timeout.enable_budget_timer_throttling": False,
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
}

#: What the browser says of itself, with a name that no page of ours logs under: its remote settings, which it
#: is not to fetch.
ITS_OWN = ("console.error: RSLoader:", "console.warn: RSLoader:")

# Run in the browser itself: what pages say to the console, and what they ask for, is written down.
LISTEN = """
  const heard = (Services.sequifiHeard = { complaints: [], requests: [] });
  const ours = (uri) => /^(https?|file|ftp|wss?):/.test(uri);
  Services.obs.addObserver((channel) => {
    const { loadInfo, URI } = channel.QueryInterface(Ci.nsIChannel);
    const of = loadInfo && loadInfo.browsingContextID;
    if (of && ours(URI.spec)) heard.requests.push(URI.spec);
  }, "http-on-opening-request");
  Services.console.registerListener({ observe(message) {
    if (!(message instanceof Ci.nsIScriptError) || message.flags & Ci.nsIScriptError.warningFlag) return;
    const { sourceName, message: words } = message;
    if (ours(sourceName) || sourceName.startsWith("blob:")) heard.complaints.push(words);
  } });
"""

# The page is as wide as asked, also where a window cannot be so narrow.
SIZE = """
  const [width, height] = arguments, { style } = gBrowser.selectedBrowser;
  for (const [name, value] of [["width", width], ["height", height]])
    for (const bound of ["", "min-", "max-"]) style.setProperty(bound + name, `${value}px`, "important");
"""


class Firefox:
    """One page, as `chromium.Chromium` is one.

    `complaints` are its console errors and exceptions, `requests` the addresses it asked for.
    """

    def __init__(self, folder, patience=60):
        self.patience = patience  # seconds until silence is a failure
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.said = folder / "said"
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in SETTINGS.items()]
        (folder / "user.js").write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [FIREFOX, "--headless", "--no-remote", "--marionette", "--remote-allow-system-access"]
        command += ["--profile", str(folder)]
        own = os.environ | {"HOME": str(folder), "MOZ_REMOTE_SETTINGS_DEVTOOLS": "1"}
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL, env=own)
        port, end = folder / "MarionetteActivePort", time.monotonic() + 2 * patience
        while not (port.is_file() and port.read_text().strip()):
            assert self.process.poll() is None and time.monotonic() < end, "Firefox does not begin"
            time.sleep(0.05)
        self.socket = socket.create_connection(("127.0.0.1", int(port.read_text())), patience)
        self.buffer, self.number = b"", 0
        self.message()  # its greeting
        self.ask("WebDriver:NewSession", capabilities={"alwaysMatch": {"unhandledPromptBehavior": "dismiss"}})
        self.ask("WebDriver:SetTimeouts", script=1000 * patience, pageLoad=1000 * patience)
        self.inside(LISTEN)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.terminate()
        self.process.wait(20)

    def message(self):
        while b":" not in self.buffer:
            self.receive()
        length, _, self.buffer = self.buffer.partition(b":")
        while len(self.buffer) < int(length):
            self.receive()
        text, self.buffer = self.buffer[: int(length)], self.buffer[int(length) :]
        return json.loads(text)

    def receive(self):
        part = self.socket.recv(1 << 20)
        assert part, "Firefox has ended"
        self.buffer += part

    def ask(self, command: str, **params):
        """Say one thing and wait for its answer."""
        self.number += 1
        text = json.dumps([0, self.number, command, params]).encode()
        self.socket.sendall(str(len(text)).encode() + b":" + text)
        kind, number, error, answer = self.message()
        assert (kind, number) == (1, self.number)
        assert error is None, (command, error["error"], error["message"])
        return answer

    def inside(self, script: str, *arguments):
        """Run a script in the browser itself."""
        self.ask("Marionette:SetContext", value="chrome")
        try:
            answer = self.ask("WebDriver:ExecuteScript", script=script, args=list(arguments))
        finally:
            self.ask("Marionette:SetContext", value="content")
        return answer["value"]

    @property
    def complaints(self) -> list[str]:
        told = self.said.read_text(encoding="utf-8", errors="replace").splitlines()
        told = [line for line in told if line.startswith(("console.error", "console.warn"))]
        told = [line for line in told if not line.startswith(ITS_OWN)]
        return told + self.inside("return Services.sequifiHeard.complaints;")

    @property
    def requests(self) -> list[str]:
        return self.inside("return Services.sequifiHeard.requests;")

    def look(self, width: int, theme: str, height: int = 900):
        """Make the page so wide and so high, in "light" or "dark"."""
        self.inside(SIZE, width, height)
        number = {"dark": 0, "light": 1}[theme]
        name = "layout.css.prefers-color-scheme.content-override"
        self.inside("Services.prefs.setIntPref(arguments[0], arguments[1]);", name, number)

    def open(self, address: str):
        self.ask("WebDriver:Navigate", url=address)

    def run(self, script: str):
        """Evaluate an expression, a promise's value included."""
        told = "Promise.resolve((0, eval)(SCRIPT)).then((value) => JSON.stringify([value ?? null]),"
        told += " (error) => JSON.stringify({ error: `${error}` }))"
        told = json.dumps(told.replace("SCRIPT", json.dumps(script)))
        wait = f"window.eval({told}).then(arguments[arguments.length - 1]);"
        answer = json.loads(self.ask("WebDriver:ExecuteAsyncScript", script=wait, args=[])["value"])
        assert isinstance(answer, list), answer["error"]
        return answer[0]

    def press(self, key: str, code: int, shift: bool = False):
        actions = [{"type": kind, "value": KEYS[key]} for kind in ("keyDown", "keyUp")]
        if shift:
            down, up = ({"type": kind, "value": KEYS["Shift"]} for kind in ("keyDown", "keyUp"))
            actions = [down, *actions, up]
        self.ask("WebDriver:PerformActions", actions=[{"type": "key", "id": "keys", "actions": actions}])
