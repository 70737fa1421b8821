"""The pages that train, once they have been used: axe's rules on what only then is there, wide and narrow."""

import pytest
from browsers import ASK_AXE, NARROW, WIDE

DONE = "Playground.app.player.done"


def played(reader, address):
    """Two settings of the playground, a prediction, all orders."""
    reader.open(address + "book/playground.html#play&chain=mesd.emodb&speed=at%20once&race=true&a.steps=20")
    reader.until("typeof Playground === 'object' && !!Playground.app")
    reader.run("document.querySelectorAll('.pg details').forEach((part) => (part.open = true))")
    for passes in (1, 2):
        reader.run(f"void Playground.app.setLane(0, {{ steps: 50, passes: {passes} }})")
        reader.run("void Playground.app.play()")
        reader.until(DONE, 120)
    reader.run("void Playground.app.togglePredict()")
    reader.run("new Promise((ok) => ((Playground.app.onorders = ok), void Playground.app.orders()))")
    assert reader.run("document.querySelectorAll('.pg-trials tbody tr').length") == 4
    assert reader.run("document.querySelectorAll('.pg-fan polyline').length") == 24


def played_to_its_end(reader, address):
    """One setting, with the curves and matrices of its end."""
    reader.open(address + "book/playground.html#play&chain=mesd.emodb&speed=at%20once&a.steps=50")
    reader.until("typeof Playground === 'object' && !!Playground.app")
    reader.run("void Playground.app.play()")
    reader.until(DONE, 120)
    assert reader.run("document.querySelectorAll('.pg-lane:not([hidden]) .pg-matrix').length") == 2


def heard(reader, address):
    """An example is answered by six heads; an actor's clips are learnt."""
    reader.open(address + "book/your_voice.html")
    reader.until("typeof Voice === 'object' && !!Voice.app")
    reader.run("void Voice.app.example(Voice.app.second, 0)")
    reader.until("(Voice.app.cards.shares || []).length === Voice.HEADS.length", 240)
    reader.run("void Voice.app.teach.borrowed()")
    reader.until("!Voice.app.teach.learn.disabled", 120)
    reader.run("void Voice.app.teach.teach()")
    reader.until("Voice.app.teach.results.filter(Boolean).length === Voice.LESSONS.length", 240)
    assert reader.run("document.querySelectorAll('[data-part=lessons] tbody tr').length") == 3


@pytest.mark.parametrize("use", [played, played_to_its_end, heard])
def test_axe_finds_nothing_serious_after_use(use, reader, address, axe):
    use(reader, address)
    reader.run(axe)
    told = {}
    for width in (WIDE, NARROW):
        for scheme in ("light", "dark"):
            reader.wide(width, 900, phone=width == NARROW)
            reader.colours(scheme)
            reader.until(f"document.documentElement.dataset.theme === '{scheme}'")
            reader.run("new Promise((ok) => setTimeout(ok, 400))")  # colours may fade from one to the other
            told[width, scheme] = reader.run(ASK_AXE)
        assert reader.run("document.documentElement.scrollWidth") <= width
    assert told == dict.fromkeys(told, []) and len(told) == 4
    assert reader.said == [] and reader.failed == []
