"""What a reader does on the playground's page, by keys alone; what the library says to the same settings."""

import json
from functools import cache

import playground_golden
import pytest
from browsers import tab_to

from sequifi_lite.evaluation.confusions import evaluate
from sequifi_lite.evaluation.metrics import uar
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.teaching.playground.corpora import load

TOLERANCE = 1.5  # points of UAR

# What the screen says once all that was set has been trained.
SHOWN = """(globalThis.shown = new Promise((ok) => {
  const { app } = Playground, text = (cell) => cell.textContent;
  app.onframe = ({ lanes }) => {
    if (!lanes.every(({ done }) => done)) return;
    const shown = [...app.box.querySelectorAll(".pg-lane:not([hidden])")];
    ok({
      chain: app.state.chain,
      settings: app.running.map((lane) => JSON.stringify(Playground.settingsOf(lane, app.state.seed))),
      screen: shown.map((lane) => Array.from(lane.querySelectorAll("tfoot .pg-recall"), text)),
      live: app.live.textContent, threaded: app.link.threaded,
    });
  };
}))"""


@cache
def library(chain: tuple, text: str) -> list[float]:
    """Train what the page trains, with the library: UAR of every corpus, in %."""
    settings = json.loads(text)
    own = {key: value for key, value in settings.items() if key not in playground_golden.OF_THE_RUN}
    if "perClass" in own:
        own["per_class"] = own.pop("perClass")
    method = playground_golden.LEARNERS[settings["learner"]](**own)
    problem, source_model = load(list(chain))

    def stream(problem, corpus, steps, seeds):
        return playground_golden.stream(settings, problem, corpus, steps, seeds)

    choices = {"steps": settings["steps"], "lr": settings["lr"], "seeds": [settings["seed"]]}
    *_, last = train_sequence(method, problem, source_model, stream=stream, **choices)
    matrices = evaluate(last.model, problem)
    return [100 * float(uar(matrices[name].reshape(4, 4))) for name in chain]


def played(browser) -> dict:
    """Press Play, which is focused, and wait until all is trained: what the screen says."""
    browser.run("void Playground.app.setSpeed('at once')")
    browser.run(f"void {SHOWN}")
    browser.press("Enter", 13)
    return browser.run("shown")


def check(told: dict) -> None:
    """Hold what the screen says against the library."""
    for settings, cells in zip(told["settings"], told["screen"], strict=True):
        wanted = library(tuple(told["chain"]), settings)
        numbers = [float(cell.removeprefix("UAR ")) for cell in cells]
        assert numbers == pytest.approx(wanted, abs=TOLERANCE), settings
        for cell in cells:
            assert cell.removeprefix("UAR ") in told["live"]


def play_every_preset(browser, names) -> None:
    """Go to each preset by the Tab key, take it, go on to Play, and check what comes out."""
    for name in names:
        tab_to(browser, f".pg [data-preset={name}]", back=name != names[0])
        browser.press("Enter", 13)
        tab_to(browser, ".pg .pg-main")
        told = played(browser)
        assert told["threaded"]
        check(told)
        pressed = f"document.querySelector('.pg [data-preset={name}]').getAttribute('aria-pressed')"
        assert browser.run(pressed) == "true"
        content, window = browser.run("[document.documentElement.scrollWidth, innerWidth]")
        assert content <= window, f"{name}: {content} px in {window}"
