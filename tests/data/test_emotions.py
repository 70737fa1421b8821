import pytest

from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.corpora.published import published
from sequifi_lite.data.emotions import EMOTIONS, FOUR, SIX
from sequifi_lite.data.label_spaces import class_counts, explain, label_space
from sequifi_lite.errors import SequifiError

LABELS = {name: module.LABELS for name, module in CORPORA.items()}


def test_sets_are_nested_and_hold_the_canonical_words():
    assert FOUR == ("anger", "happiness", "neutral", "sadness")
    assert SIX == (*FOUR, "disgust", "fear")
    assert EMOTIONS == (*SIX, "surprise", "boredom", "calm")


def test_every_corpus_has_its_labels_and_all_four_classes():
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
    assert {name for name, labels in LABELS.items() if "disgust" in labels.values()} == {
        "cremad",
        "ravdess",
        "emodb",
        "mesd",
    }
    assert {name for name, labels in LABELS.items() if "surprise" in labels.values()} == {
        "ravdess",
        "shemo",
        "nemo",
    }


def test_the_label_space_counts_every_published_clip_once():
    table = label_space()
    assert len(table) == sum(len(labels) for labels in LABELS.values())
    for name, rows in table.groupby("corpus"):
        assert rows["clips"].sum() == len(published(name)) and rows["clips"].min() > 0
        assert set(rows.loc[rows["four"], "emotion"]) == set(FOUR)
    fear = table[(table["corpus"] == "emodb") & (table["label"] == "A")].iloc[0]
    assert (fear["emotion"], fear["clips"], fear["four"], fear["six"]) == ("fear", 69, False, True)


def test_class_counts_by_hand():
    assert class_counts("ravdess") == {"anger": 192, "happiness": 192, "neutral": 96, "sadness": 192}
    assert class_counts("ravdess", FOUR, {"calm": "neutral"})["neutral"] == 288
    assert class_counts("emodb", FOUR, {"boredom": "neutral"})["neutral"] == 160
    assert class_counts("nemo", SIX)["disgust"] == 0
    assert list(class_counts("shemo", SIX)) == list(SIX)


def test_a_mapping_in_words():
    said = explain("ravdess")
    assert said[0] == "RAVDESS (speech) has 8 labels; 672 of its 1,440 published clips (47 %) are used here."
    assert (
        said[1]
        == "In our words, anger is angry (192), happiness is happy (192), neutral is neutral (96) and sadness"
        " is sad (192)."
    )
    left_out = (
        "calm (calm, 192 clips), fear (fearful, 192 clips), disgust (disgust, 192 clips) and surprise"
        " (surprised, 192 clips)"
    )
    assert said[2] == f"Left out: {left_out}."
    assert said[3] == "Calm is not taken for neutral: that would turn 96 neutral clips into 288."
    assert (
        said[4].endswith("always answering anger has an accuracy of 29 % and a UAR of 25 %.")
        and len(said) == 5
    )

    merged = explain("ravdess", FOUR, {"calm": "neutral"})
    assert "neutral is neutral (96) plus calm (192)" in merged[1]
    assert (
        "Merging calm takes neutral from 96 to 288 clips, from 14 % to 33 % of all that are used; 67 % of"
        " neutral are then calm." in merged
    )
    assert "Left out: boredom (L, 81 clips), disgust (E, 46 clips) and fear (A, 69 clips)." in explain(
        "emodb"
    )
    assert "No clip is called disgust: 6 classes are 5 in this corpus." in explain("nemo", SIX)
    assert (
        "Only RAVDESS (speech), ShEMO and nEMO have surprise, so it cannot be learnt from the others."
        in explain("nemo", EMOTIONS)
    )
    assert "Only Emo-DB has boredom, so it cannot be learnt from the others." in explain("emodb", EMOTIONS)
    assert "The classes are even: 192 clips each." in explain("ravdess", ("anger", "fear"))
    assert "The classes are even: 143 to 144 clips each." in explain("mesd")
    assert any("an accuracy of 39 % and a UAR of 25 %" in sentence for sentence in explain("shemo"))


@pytest.mark.parametrize("name", LABELS)
@pytest.mark.parametrize("emotions", [FOUR, SIX, EMOTIONS, ("fear",)], ids=["four", "six", "nine", "one"])
def test_every_explanation_is_sentences(name, emotions):
    for sentence in explain(name, emotions):
        assert sentence.endswith(".") and "  " not in sentence and "None" not in sentence


def test_what_cannot_be_mapped_is_refused_in_one_sentence():
    for arguments, said in (
        (("tess",), "no corpus called 'tess'"),
        (("emodb", ("rage",)), "'rage' is none of our words"),
        (("emodb", FOUR, {"ennui": "neutral"}), "'ennui'"),
        (("emodb", FOUR, {"boredom": "calm"}), "no class"),
        (("emodb", FOUR, {"neutral": "sadness"}), "cannot be a class and be merged"),
    ):
        with pytest.raises(SequifiError, match=said) as caught:
            explain(*arguments)
        assert str(caught.value).endswith(".")
