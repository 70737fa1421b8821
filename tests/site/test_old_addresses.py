"""Addresses that chapters had before they were numbered as they are read lead to where they stand now."""

import pytest
from dressing.moved import MOVED


@pytest.mark.parametrize("before", sorted(set(MOVED) - set(MOVED.values()))[:2])
def test_an_old_address_leads_to_the_chapter_and_the_place_within(before, reader, address):
    reader.open(f"{address}notebooks/{before}.html#what-to-remember")
    there = f"{address}notebooks/{MOVED[before]}.html#what-to-remember"
    reader.until(f"location.href === {there!r} && document.readyState === 'complete'")
    assert reader.said == [] and reader.failed == []


def test_every_old_address_names_the_new_one(folder):
    for before, now in MOVED.items():
        text = (folder / f"notebooks/{before}.html").read_text(encoding="utf-8")
        assert f'/notebooks/{now}.html" rel="canonical"' in text or f'href="{now}.html"' in text, before
