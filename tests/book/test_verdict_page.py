"""The verdict's page has the hypotheses in the words in which they were committed before the studies ran."""

import inspect
import json
from pathlib import Path

import pytest

from sequifi_lite.studies.plans import verdict

ROOT = Path(__file__).resolve().parents[2]
PAGE = "".join(
    "".join(cell["source"])
    for cell in json.loads((ROOT / "notebooks/28_the_verdict.ipynb").read_text(encoding="utf-8"))["cells"]
    if cell["cell_type"] == "markdown"
)
#: As they stand in commit 52b8dc0, in sequifi_lite/hypotheses.py: never to be edited.
COMMITTED = {
    "H1": "with a new head, or without a source model, one pass ends near chance and says the last class",
    "H2": "one canonical pass is best at a middle learning rate, and there no better than vanilla",
    "H3": (
        "collapse grows with rate times steps, is worse on raw inputs, and worse under Adam than SGD at equal"
        " loss"
    ),
    "H4": "five cycles or more reach vanilla within a point",
    "H5": (
        "the order matters more than chance, the last class is said too often, and a later place means more"
        " recall"
    ),
    "H6": "SLDA or replay has more of the target than a canonical pass at the same source UAR",
    "H7": "bias correction recovers more than half of what is missing to vanilla",
}


@pytest.mark.parametrize("name", COMMITTED)
def test_a_hypothesis_stands_in_its_first_words_on_the_page_and_beside_its_code(name):
    said = " ".join(inspect.getdoc(getattr(verdict, name.lower())).split())
    assert said.startswith(f"{name}: {COMMITTED[name]}.")
    assert f"| {name} | {COMMITTED[name]} |" in PAGE


def test_the_page_names_the_commit_and_leaves_open_what_was_not_run():
    assert "`52b8dc0`" in PAGE
    assert "ten, twenty-five and fifty were added later" in PAGE
    assert "Seven readings of one emotion at a time were tuned with the methods." in PAGE
