"""Where chapters stood before they were numbered as they are read: old links still lead there."""

from __future__ import annotations

from pathlib import Path

from .facts import Facts
from .weight import own

#: Name of a chapter's file in book and repository up to version 0.4.0, and since.
MOVED = {
    "01_quick_tour": "02_quick_tour",
    "01b_first_measurements": "02_quick_tour",
    "02_hearing_emotion": "05_hearing_emotion",
    "03_the_corpora": "06_the_corpora",
    "04_honest_splits": "07_honest_splits",
    "05_encoders": "08_encoders",
    "06_vanilla_fine_tuning": "03_vanilla_fine_tuning",
    "07_forgetting": "04_forgetting",
    "08_bounds": "09_reference_points",
    "09_ewc": "10_ewc",
    "10_si_and_mas": "11_si_and_mas",
    "11_lwf": "12_lwf",
    "12_experience_replay": "13_experience_replay",
    "13_gem_and_agem": "15_gem_and_agem",
    "15_weight_averaging": "16_weight_averaging",
    "16_class_statistics_and_head_corrections": "17_class_statistics_and_head_corrections",
    "17_sequifi_from_scratch": "20_sequifi_from_scratch",
    "18_the_switches": "22_the_switches",
    "19_class_order": "23_class_order",
    "20_all_corpora": "24_all_corpora",
    "21_when_the_encoder_moves": "26_when_the_encoder_moves",
    "22_the_verdict": "28_the_verdict",
    "23_your_own_corpus": "29_your_own_corpus",
    "24_what_it_costs": "30_what_it_costs",
    "26_how_long_is_one_at_a_time": "21_how_long_is_one_at_a_time",
}


def write(html: Path, facts: Facts) -> None:
    """Write a page at every old address that leads to the new one, unless the book has a page there."""
    for old, new in MOVED.items():
        page = html / f"notebooks/{old}.html"
        if not page.exists():
            text = own("moved.html").replace("TITLE", facts.title).replace("PAGE", f"{new}.html")
            text = text.replace("SITE", facts.site).replace("VERSION", facts.version)
            page.write_text(text, encoding="utf-8")
