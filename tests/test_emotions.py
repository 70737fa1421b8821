from sequifi_lite.corpora import CORPORA
from sequifi_lite.emotions import EMOTIONS, FOUR, LABELS, SIX


def test_sets_are_nested_and_hold_the_canonical_words():
    assert FOUR == ("anger", "happiness", "neutral", "sadness")
    assert SIX == (*FOUR, "disgust", "fear")
    assert EMOTIONS == (*SIX, "surprise", "boredom", "calm")


def test_every_corpus_has_its_labels_and_all_four_classes():
    assert LABELS.keys() == CORPORA.keys()
    for labels in LABELS.values():
        assert set(labels.values()) <= set(EMOTIONS)
        assert set(FOUR) <= set(labels.values())
        assert len(set(labels.values())) == len(labels)  # nothing is merged


def test_german_initials_are_not_read_as_english_ones():
    assert LABELS["emodb"]["A"] == "fear"
    assert LABELS["emodb"]["W"] == "anger"
    assert LABELS["emodb"]["F"] == "happiness"


def test_calm_and_boredom_are_kept_apart_from_neutral():
    assert LABELS["ravdess"]["calm"] == "calm"
    assert LABELS["emodb"]["L"] == "boredom"


def test_disgust_and_surprise_where_the_corpora_have_them():
    assert {name for name, labels in LABELS.items() if "disgust" in labels.values()} == {"cremad", "ravdess", "emodb", "mesd"}
    assert {name for name, labels in LABELS.items() if "surprise" in labels.values()} == {"ravdess", "shemo", "nemo"}
