"""Browsers that read a page, and what is asked of it in each: keys alone, and axe's rules."""

import os
from pathlib import Path

import pytest
from chromium import CHROMIUM, Chromium
from firefox import FIREFOX, Firefox
from served import Served

#: Those of this machine that are asked everything, by name. Firefox takes minutes for what Chromium does in
#: seconds: it is one of them where the environment variable SEQUIFI_LITE_FIREFOX is set, and is asked little
#: elsewhere.
BROWSERS = {
    name: kind
    for name, kind, path in (
        ("Chromium", Chromium, CHROMIUM),
        ("Firefox", Firefox, FIREFOX if os.environ.get("SEQUIFI_LITE_FIREFOX") else None),
    )
    if path
}
WIDE, NARROW = 1440, 390
AXE = "4.14.1"  # of axe-core, whose rules are asked
FETCHED = Path(__file__).resolve().parents[1] / f".book/axe-{AXE}/package/axe.min.js"

# The rule on labels that hide what is to be seen is one of those that axe has off.
ASK_AXE = """axe.run({
  preload: false, // it would read style sheets anew, which a file may not
  resultTypes: ["violations"], rules: { "label-content-name-mismatch": { enabled: true } },
}).then(({ violations }) => violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)}`)))"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """One Chromium for a file of tests, with a profile of its own."""
    with Chromium(tmp_path_factory.mktemp("profile")) as chromium:
        yield chromium


def again(browser) -> None:
    """Load the page once more, as somebody who comes back.

    Served pages alone: where one file follows another within milliseconds, Chromium 150 now and then gives
    the second an empty store that keeps nothing (13 of 140 loads; none of 40 after two seconds on each).
    """
    assert browser.run("location.protocol") == "http:"
    browser.open(browser.run("location.href"))


@pytest.fixture
def served(tmp_path):
    """The test's own folder at an address of this machine, which ends with a slash."""
    server = Served(tmp_path)
    yield server.address
    server.close()


def axe() -> str | None:
    """Read axe-core's script, if it is at hand: named by SEQUIFI_LITE_AXE, or fetched by the site's tests."""
    path = Path(os.environ.get("SEQUIFI_LITE_AXE") or FETCHED)
    return path.read_text(encoding="utf-8") if path.is_file() else None


def serious(browser) -> list[str]:
    """List what axe thinks serious or worse on the page as it is now; nothing, where axe is not at hand."""
    if axe() is None:
        return []
    if not browser.run("Boolean(globalThis.axe)"):
        browser.run(f"{axe()}; void 0")
    return browser.run(ASK_AXE)


def tab_to(browser, selector: str, back: bool = False, most: int = 200) -> None:
    """Press the Tab key, or Shift and Tab, until what is focused matches."""
    for _ in range(most):
        if browser.run(f"document.activeElement.matches({selector!r})"):
            return
        browser.press("Tab", 9, shift=back)
    raise AssertionError(f"the Tab key does not come to {selector}")


def elsewhere(browser, address: str) -> list[str]:
    """List what was asked for outside of the address's own folder."""
    own = (address.rpartition("/")[0], "blob:", "about:", "data:")
    return [url for url in browser.requests if not url.startswith(own)]
