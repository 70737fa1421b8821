"""A reader's browser: it hears every word of the console, and reaches this machine alone."""

import json
import time

from chromium import Chromium

BLOCKED = ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-features=Translate")
SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 180_000, "uploadThroughput": 84_375}


class Reader(Chromium):
    """`said` is all that the console was told, `failed` what could not be fetched, `bytes` what was."""

    def __init__(self, folder):
        self.said, self.failed, self.bytes = [], [], 0
        super().__init__(folder, BLOCKED, patience=240)

    def note(self, method: str, params: dict):
        super().note(method, params)
        if method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
            self.said.append(json.dumps(params)[:500])
        if method == "Network.loadingFailed" and not params.get("canceled"):
            self.failed.append(params)
        if method == "Network.responseReceived" and params["response"]["status"] >= 400:
            self.failed.append(params["response"]["url"])
        if method == "Network.loadingFinished":
            self.bytes += params["encodedDataLength"]

    def begin(self):
        """Wide, light, a mouse, a full line; nothing is heard of what was before."""
        self.ask("Emulation.setTouchEmulationEnabled", enabled=False)
        self.wide(1440, 900)
        self.colours("light")
        self.ask("Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1,
                 uploadThroughput=-1)  # fmt: skip
        self.ask("Page.navigate", url="about:blank")
        self.forget()

    def forget(self):
        for heard in (self.said, self.failed, self.requests, self.complaints):
            heard.clear()
        self.bytes = 0

    def wide(self, width: int, height: int, phone: bool = False):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                 mobile=phone)  # fmt: skip

    def colours(self, scheme: str):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", media="", features=features)

    def until(self, script: str, seconds: float = 60):
        """Wait until an expression holds, and give its value; a page that is just being left says nothing."""
        end = time.monotonic() + seconds
        while not (value := self.told(script)):
            assert time.monotonic() < end, f"never: {script}"
            time.sleep(0.05)
        return value

    def told(self, script: str):
        try:
            return self.run(script)
        except AssertionError as error:
            if "navigated or closed" not in str(error):
                raise
            return None

    def tab(self):
        for kind in ("rawKeyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
