"""A sample of the malformed files that ``tools/fuzz_sounds.py`` makes by the ten thousand."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from fuzz_sounds import FAILURES, Case, case, fuzz, read


def test_a_malformed_file_is_read_or_refused_in_one_sentence():
    outcomes = fuzz(seed=7, numbers=list(range(150)), jobs=1)
    assert len(outcomes) == 150
    failures = {case(7, n).name: one for n, one in outcomes.items() if one.kind in FAILURES}
    assert not failures
    assert {one.kind for one in outcomes.values()} == {"read", "noted", "refused"}


def test_the_same_seed_makes_the_same_files():
    assert case(3, 5) == case(3, 5) and case(3, 5).data != case(4, 5).data


def test_lost_sound_would_be_noticed(tmp_path):
    name, data, samples, cut = next(
        one for one in map(lambda n: case(0, n), range(500)) if read(one, tmp_path / "a.wav").kind == "read"
    )
    assert read(Case(name, data, 100 * samples, cut), tmp_path / "a.wav").kind in ("lost", "read")
