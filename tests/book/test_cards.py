"""The data cards are what the code's own facts say, and hold what a reader must find on them."""

import re
from pathlib import Path

import make_cards
import pytest

from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.corpora.published import published

ROOT = Path(__file__).resolve().parents[2]
each = pytest.mark.parametrize("name", CORPORA)


@each
def test_a_card_is_what_the_facts_say(name):
    assert (make_cards.CARDS / f"{name}.md").read_text(encoding="utf-8") == make_cards.card(name), (
        "run: python tools/make_cards.py"
    )


def test_a_changed_fact_changes_the_card(monkeypatch):
    before = make_cards.card("emodb")
    monkeypatch.setattr(CORPORA["emodb"], "LICENCE", "another one")
    assert make_cards.card("emodb") != before


def test_a_card_counts_the_clips_that_ship():
    assert "| In the {term}`pack` | 7,442 clips |" in make_cards.card("cremad")
    assert "| In the {term}`pack` | no clip; `sequifi-lite embed` adds" in make_cards.card("shemo")


@each
def test_every_card_answers_the_same_questions(name):
    card = make_cards.card(name)
    titles = re.findall(r"^## (.+)$", card, re.M)
    assert titles == [
        "Who speaks",
        "What the label is",
        "Licence",
        "Known defects",
        "Honest splits",
        "What must not be concluded",
        "How to get it",
    ]
    assert (
        f"{{cite}}`{CORPORA[name].KEY}`" in card
        and f"{{{CORPORA[name].KEY}," in (ROOT / "book/references.bib").read_text()
    )
    assert CORPORA[name].LICENCE.lower() in card.lower() and CORPORA[name].HOME in card
    assert f"| Clips | {len(published(name)):,}" in card
    assert all(stem in card for pair in CORPORA[name].DUPLICATES for stem in pair)
    assert all(stem in card for stem in (*CORPORA[name].SILENT, *CORPORA[name].STEREO, *CORPORA[name].SLIPS))
    assert len(CORPORA[name].NEVER) >= 3
    assert "None" not in card and "nan" not in card


def test_the_card_of_nemo_counts_the_gaps_of_one_speaker():
    clips = make_cards.table("nemo")
    counts = clips.groupby("speaker").size()
    others = counts.drop("MP0")
    gaps = clips[clips["speaker"] == "MP0"].groupby("emotion").size()
    assert counts["MP0"] < 0.6 * others.min() and gaps.idxmax() == "neutral"
    for said in (
        f"Speaker MP0 has {counts['MP0']} clips where the others have {others.min()} to {others.max()}",
        f"Of fear there are {gaps['fear']}, of anger {gaps['anger']}, of happiness {gaps['happiness']}",
        f"of surprise {gaps['surprise']} and of sadness {gaps['sadness']}, and of neutral all",
    ):
        assert said in make_cards.card("nemo")


def test_the_card_of_ravdess_says_of_which_folds_it_speaks():
    clips = make_cards.table("ravdess")
    folds = make_cards.folds("ravdess", "sentence")
    assert clips["sentence"].nunique() == 2 and folds == 2  # one is learnt, the other is tested
    assert "with the main folds every model has heard both" in make_cards.card("ravdess")
    assert "and every model has heard both." not in make_cards.card("ravdess")


def test_the_page_on_corpora_counts_the_emotions_of_shemo():
    counts = make_cards.table("shemo")["emotion"].value_counts()
    share = 100 * counts[["anger", "neutral"]].sum() / counts.sum()
    said = f"Anger and neutral make up {share:.0f} % of the clips, and fear has {counts['fear']};"
    assert said in (ROOT / "book/corpora.md").read_text()


def test_the_page_on_corpora_leads_to_every_card():
    page = (ROOT / "book/corpora.md").read_text()
    assert all(f"(cards/{name}.md)" in page for name in CORPORA)


def test_counts_by_hand():
    emodb = make_cards.card("emodb")
    assert "| Speakers | 10: 5 women, 5 men |" in emodb and "| A | fear | 69 | 13 % |" in emodb
    assert "Of 10 speakers, 1 has no clip and 2 have a single clip of disgust." in emodb
    assert "Of 10 speakers, 1 has a single clip of fear." in emodb
    assert "383 clips are clipped" in make_cards.card("cremad")
    mesd = make_cards.card("mesd")
    assert "list A has 24 words, none of which occur with one emotion only" in mesd and "not labelled" in mesd
    assert "No defect of the published files is known." in make_cards.card("nemo")
