"""The explorers: their numbers are the table's, nothing in a table becomes markup, they work in a browser."""

import ast
import html
import itertools
import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sequifi_lite
from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.errors import SequifiError
from sequifi_lite.teaching.assets import asset
from sequifi_lite.teaching.explorers import frontier_explorer, order_explorer

WORDS = ("anger", "happiness", "sadness")
STEPS = (0, 4, 7, 10)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def tables(words=WORDS, pairs=(("cremad", "emodb"), ("cremad", "mesd")), kind=np.float64):
    """Two settings per pair, all orders; the curve's rows come last step first."""
    generator, orders, curves = np.random.default_rng(0), [], []
    for (source, target), lr, order in itertools.product(pairs, (3e-4, 1e-3), itertools.permutations(words)):
        base = {"source_corpus": source, "target_corpus": target, "lr": lr, "T": 10, "order": ">".join(order)}
        scores = generator.uniform(0, 100, 2 + len(words)).astype(kind)
        orders.append(base | dict(zip(("target", "source", *words), scores)))
        for step in STEPS[::-1]:
            curves.append(
                base
                | dict(zip(("step", "source", "target"), (step, *generator.uniform(0, 100, 2).astype(kind))))
            )
    return pd.DataFrame(orders), pd.DataFrame(curves)


def points():
    names = ["vanilla", "vanilla", "ER", "joint", "ER", "zero-shot"]
    table = pd.DataFrame({"variant": names, "label": ["lr 0.1", "lr 1", "5 clips", None, "20 clips", None]})
    table["source"], table["target"] = (
        [80.04, 70.0, 82.0, 85.0, 78.0, 84.0],
        [60.0, 90.26, 70.0, 95.0, 88.0, 50.0],
    )
    return table.assign(family=["plain", "plain", "rehearsal", None, "rehearsal", None])


def data(html):
    return json.loads(re.search(r"^const data = (.*);$", html.data, re.M)[1])


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_the_page_holds_the_numbers_of_the_tables(kind):
    orders, curves = tables(kind=kind)
    found = data(order_explorer(orders, curves, pair=("cremad", "mesd")))
    assert found["words"] == list(WORDS) and found["start"] == 2 and len(found["sets"]) == 4
    seen = 0
    for one in found["sets"]:
        assert one["T"] == 10 and one["ends"] == [4, 7, 10] and one["steps"] == list(STEPS)
        titles = orders["target_corpus"].map(lambda corpus: CORPORA[corpus].TITLE)
        mine = orders[(titles == one["target"]) & (orders["lr"] == float(one["lr"]))]
        assert sorted(one["orders"]) == sorted(
            ",".join(map(str, p)) for p in itertools.permutations(range(3))
        )
        for key, (target, source, rank, recalls, on_source, on_target) in one["orders"].items():
            order = ">".join(WORDS[int(k)] for k in key.split(","))
            row = mine[mine["order"] == order].iloc[0]
            np.testing.assert_allclose(
                [target, source, *recalls], row[["target", "source", *WORDS]].astype(float), atol=0.051
            )
            assert rank == 1 + (mine["target"] > row["target"]).sum()
            path = curves.merge(
                row[["target_corpus", "lr", "order"]].to_frame().T.astype({"lr": float})
            ).sort_values("step")
            np.testing.assert_allclose([on_source, on_target], [path["source"], path["target"]], atol=0.051)
            assert all(
                value == round(value, 1) for value in (target, source, *recalls, *on_source, *on_target)
            )
            seen += 1
    assert seen == len(orders)


def test_a_tie_shares_the_better_rank_and_curves_of_other_settings_do_no_harm():
    orders, curves = tables()
    orders["target"] = [50.0, 40.0, 50.0, 60.0, 40.0, 40.0] * 4
    found = data(order_explorer(orders[:6], curves))
    assert found["start"] == 0 and [one[2] for one in found["sets"][0]["orders"].values()] == [
        2,
        4,
        2,
        1,
        4,
        4,
    ]


def test_the_frontier_holds_its_points_in_order():
    found = data(frontier_explorer(points()))
    named = [("vanilla", "plain", False), ("ER", "rehearsal", False), ("joint", "other", True)]
    named += [("zero-shot", "other", True)]
    assert [(v["name"], v["family"], v["reference"]) for v in found] == named
    assert found[0]["points"] == [["lr 0.1", 60.0, 80.0], ["lr 1", 90.3, 70.0]]
    assert found[1]["points"] == [["5 clips", 70.0, 82.0], ["20 clips", 88.0, 78.0]] and found[2][
        "points"
    ] == [["", 95.0, 85.0]]
    assert {v["family"] for v in data(frontier_explorer(points().drop(columns="family")))} == {"variants"}


def test_the_size_of_a_whole_study():
    four = ("anger", "happiness", "neutral", "sadness")
    orders, curves = tables(
        four, [("cremad", name) for name in ("emodb", "mesd", "nemo", "ravdess", "shemo")]
    )
    more = [curves.assign(step=curves["step"] + 11 * k) for k in range(7)]
    page = order_explorer(orders, pd.concat(more)).data
    assert len(page.encode()) < 400_000 and page.isascii()


def bad_tables():
    orders, curves = tables()
    yield "lacks target, anger", orders.drop(columns=["target", "anger"]), curves, "lacks target;"
    yield "lacks a word", orders.drop(columns="sadness"), curves, "orders lacks sadness;"
    yield "curve lacks", orders, curves.drop(columns=["step", "lr"]), "curves lacks lr, step;"
    yield "empty", orders[:0], curves, "orders is empty"
    yield "no curves", orders, curves[:0], "curves is empty"
    yield "text", orders.assign(anger="x"), curves, "column anger"
    yield "missing", orders, curves.assign(source=np.nan), "column source"
    yield (
        "other words",
        orders.assign(order=["anger>sadness>happiness"] + ["anger>fear>sadness"] * 23),
        curves,
        "'anger>fear>sadness'",
    )
    yield "a word twice", orders.assign(order="anger>anger>sadness"), curves, "'anger>anger>sadness'"
    yield "two rows", pd.concat([orders, orders[:1]]), curves, "orders has several rows"
    yield "two steps", orders, pd.concat([curves, curves[:1]]), "curves has several rows"
    yield (
        "half a curve",
        orders,
        curves[1:],
        "not the same steps for every order of cremad to emodb, lr 0.0003, T 10",
    )
    yield "no curve", orders, curves[curves["target_corpus"] == "emodb"], "no rows for cremad to mesd"


@pytest.mark.parametrize(
    "orders, curves, part", [case[1:] for case in bad_tables()], ids=[case[0] for case in bad_tables()]
)
def test_tables_that_do_not_fit_are_refused_in_a_sentence(orders, curves, part):
    with pytest.raises(SequifiError, match=re.escape(part)) as caught:
        order_explorer(orders, curves)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_other_refusals():
    with pytest.raises(
        SequifiError, match="no pair emodb to cremad; choose one of: cremad to emodb; cremad to mesd."
    ):
        order_explorer(*tables(), pair=("emodb", "cremad"))
    with pytest.raises(
        SequifiError, match="points lacks label, target; give it the columns variant, label, source, target."
    ):
        frontier_explorer(points().drop(columns=["label", "target"]))
    with pytest.raises(SequifiError, match="points is empty"):
        frontier_explorer(points()[:0])
    with pytest.raises(SequifiError, match="column source"):
        frontier_explorer(points().assign(source=[1, 2, 3, 4, 5, np.inf]))


EVIL = "</script><img src=x onerror=document.title='evil'>&amp;"
# There is no > in a word of an order: it would end the word.
EVIL_WORD = "<img src=x onerror=document.title='evil' "


def evil_pages():
    orders, curves = tables((*WORDS[:2], EVIL_WORD), [("cremad", EVIL)])
    return order_explorer(orders, curves).data, frontier_explorer(
        points().assign(label=EVIL, family=EVIL)
    ).data


def test_what_is_in_a_table_is_text():
    for page in evil_pages():
        assert (
            "<img" not in page
            and "&amp;" not in page
            and page.count("</script") == page.count("<script") == 1
        )
        assert not re.search(
            r"https?://(?!www\.w3\.org/2000/svg)|\bsrc=|\bid=|innerHTML", page.split("const data")[0]
        )
        assert not re.search(r"innerHTML|getElementById|\bfetch\(|import\(", page), (
            "one piece, without ids, without the network"
        )
    assert EVIL_WORD in data(order_explorer(*tables((*WORDS[:2], EVIL_WORD))))["words"]


CHECK = Path(__file__).with_name("explorers_check.html").read_text(encoding="utf-8")


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium to run the pages")
def test_the_pages_work_in_a_browser(tmp_path):
    orders, curves = tables()
    pages = [order_explorer(orders, curves).data] * 2 + [frontier_explorer(points()).data, *evil_pages()]
    head = "<!doctype html><meta charset=utf-8><title>good</title>"
    (tmp_path / "page.html").write_text(head + "".join(pages) + CHECK, encoding="utf-8")
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
    ]
    options += [f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=2000", "--dump-dom"]
    done = subprocess.run(
        [CHROMIUM, *options, (tmp_path / "page.html").as_uri()], capture_output=True, timeout=300
    )
    said = iter(json.loads(html.unescape(re.search(r"<pre>(\[.*?\])</pre>", done.stdout.decode())[1])))

    def sentence(row, orders=orders):
        mine = orders[(orders["target_corpus"] == row["target_corpus"]) & (orders["lr"] == row["lr"])]
        rank = 1 + int((mine["target"] > row["target"]).sum())
        scores = f"target UAR {row['target']:.1f}\u00a0%, source UAR {row['source']:.1f}\u00a0%"
        nth = {1: "1st", 2: "2nd", 3: "3rd"}.get(rank, f"{rank}th")
        return f"{row['order'].replace('>', ', ')}: {scores}, {nth} of 6 by target UAR."

    first, last = orders[:6], orders[18:]
    assert [next(said), next(said)] == [len(STEPS)] * 2
    assert next(said) == next(said) == ["anger", "happiness", "sadness"]
    assert next(said) == ["happiness", "anger", "sadness"] and next(said) is True
    assert next(said) == "2 anger, 2nd of 3; move with the left and right arrow keys"
    assert next(said) == ["happiness", "sadness", "anger"], "at the end it stays"
    moved = first[first["order"] == "happiness>sadness>anger"].iloc[0]
    assert next(said) == sentence(moved)
    assert next(said) == ["anger", "happiness", "sadness"], "the other explorer on the page is untouched"
    assert next(said) == ["happiness", "sadness", "anger"]
    assert next(said) == [f"{moved[word]:.1f}" for word in ("happiness", "sadness", "anger")]
    worst = first.loc[first["target"].idxmin()]
    assert next(said) == sentence(first.loc[first["target"].idxmax()])
    assert next(said) == sentence(worst)
    assert next(said) == sentence(last[last["order"] == worst["order"]].iloc[0]), (
        "the order stays when the setting changes"
    )
    assert [next(said), next(said)] == [6, 2]
    remains = "Best target that remains (dashed ring): "
    assert next(said) == remains + "vanilla, lr 1: target 90.3\u00a0%, source 70.0\u00a0%."
    assert next(said) == remains + "ER, 20 clips: target 88.0\u00a0%, source 78.0\u00a0%."
    assert (
        next(said) == remains + "vanilla, lr 0.1: target 60.0\u00a0%, source 80.0\u00a0%." and next(said) == 4
    )
    assert next(said) == "No ticked dot keeps 82.0\u00a0% on the source." and next(said) == 2, (
        "the references stay, the rest is dim"
    )
    assert next(said) == "vanilla, lr 0.1: target 60.0\u00a0%, source 80.0\u00a0%."
    assert next(said) == "vanilla, lr 1: target 90.3\u00a0%, source 70.0\u00a0%."
    assert [*said] == [3, 1, "good", 0]


# ---------------------------------------------------------------- no markup in Python


def test_a_frontier_opens_with_the_lines_asked_for_and_says_intervals():
    table = points().assign(target_low=50, target_high=99.04, source_low=60, source_high=90)
    found = data(frontier_explorer(table, shown=["ER"]))
    assert {v["name"]: v["shown"] for v in found} == {
        "vanilla": False,
        "ER": True,
        "joint": False,
        "zero-shot": False,
    }
    assert [p[3:] for v in found for p in v["points"]] == [[50.0, 99.0, 60.0, 90.0]] * len(table)
    assert all(v["shown"] and len(p) == 3 for v in data(frontier_explorer(points())) for p in v["points"])
    with pytest.raises(SequifiError, match="no variant magic; leave it out of shown."):
        frontier_explorer(table, shown=["ER", "magic"])


LOOK = """<script>
const dots = [...document.querySelectorAll(".point")], text = (node) => node.textContent;
const press = (word) => [...document.querySelectorAll("button")].find((b) => text(b) === word).click();
const said = [dots.length, [...document.querySelectorAll(".sqx svg[role] > text[font-weight]")].map(text)];
const reached = dots.filter((dot) => {
  const box = dot.querySelector("path").getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return at && at.closest(".point") && at.tagName !== "text";
});
dots[0].onclick();
said.push(reached.length, text(document.querySelector(".read")));
press("whole chart");
said.push(document.querySelectorAll(".point").length);
document.body.append(Object.assign(document.createElement("pre"), { textContent: JSON.stringify(said) }));
</script>"""


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium to run the pages")
def test_a_zoomed_frontier_in_a_browser(tmp_path):
    table = points().assign(target_low=50, target_high=99.04, source_low=60, source_high=90)
    page = "<!doctype html><meta charset=utf-8>" + frontier_explorer(table, shown=["ER"]).data + LOOK
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=900,1200", "--dump-dom"]
    options += [f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=2000"]
    done = subprocess.run(
        [CHROMIUM, *options, (tmp_path / "page.html").as_uri()], capture_output=True, timeout=300
    )
    dots, names, reached, read, whole = json.loads(
        html.unescape(re.search(r"<pre>(\[.*?\])</pre>", done.stdout.decode())[1])
    )
    assert names == ["ER"] and reached == dots >= 1
    assert read == "ER, 5 clips: target 70.0\u00a0% [50.0, 99.0], source 82.0\u00a0% [60.0, 90.0]."
    assert whole == 4, "two dots of the line, two references"


SCRIPTED = re.compile(
    r"<(script|style)\b|\bfunction\b[^\n(]{0,40}\([^\n)]*\)\s*\{|=>\s*[\w({\[]|\b(const|let) \w+ = .*;$", re.M
)


def test_what_the_next_test_looks_for():
    for name in (
        "explorer.html",
        "explorer.js",
        "order_explorer.js",
        "frontier_explorer.js",
        "recorder.html",
        "recorder.js",
    ):
        assert SCRIPTED.search(asset(name)), name
    for text in ("a function (of x)", "x => ", "let it be", "f: x >= 3", "<b>bold</b>"):
        assert not SCRIPTED.search(text), text


@pytest.mark.parametrize(
    "path", sorted(Path(sequifi_lite.__file__).parent.rglob("*.py")), ids=lambda path: path.stem
)
def test_scripts_and_styles_are_files_not_strings(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = SCRIPTED.search(node.value)
            assert not found, (
                f"{path.name}:{node.lineno} holds {found[0]!r}; put it into a file of teaching/assets"
            )


def test_every_asset_is_used():
    code = "".join(
        path.read_text()
        for path in Path(sequifi_lite.__file__).parent.rglob("*.py")
        if path.parent.name != "assets"
    )
    for path in Path(sequifi_lite.__file__).parent.joinpath("teaching", "assets").glob("*.*s*"):
        assert f'"{path.name}"' in code or f"'{path.name}'" in code, path.name
