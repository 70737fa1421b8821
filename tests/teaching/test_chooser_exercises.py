"""The checks of chapter 19 say yes to what is right and no, with the reason, to what is not."""

from answers import both_tests

ADVICE = {"ward": "vanilla-balanced", "company": "router", "lab": "der++-balanced"}


def sure_of(speakers, corpora):
    above = speakers[0] > 0, corpora[0] > 0
    return {(1, 1): "both", (1, 0): "speakers", (0, 1): "corpora", (0, 0): "neither"}[above]


def by_sign(speakers, corpora):
    return sure_of(*((sum(pair) / 2, pair[1]) for pair in (speakers, corpora)))


def either_side(speakers, corpora):
    return sure_of(*((max(low, -high), high) for low, high in (speakers, corpora)))


def from_zero(speakers, corpora):
    return sure_of(*((low + 1e-9, high) for low, high in (speakers, corpora)))


def but(**changed):
    return lambda case: (ADVICE | changed)[case]


RIGHT = {"advise": ADVICE.get, "sure_of": sure_of}
WRONG = [
    ("advise", but(ward="er"), "Only the model may leave the old ward, and er keeps clips"),
    ("advise", but(company="gem"), "Recordings have to be deleted, and gem keeps clips"),
    ("advise", but(lab="joint"), "Not every clip can be kept, and joint keeps every clip"),
    ("advise", but(company="told"), "nobody says which corpus"),
    ("advise", but(company="ewc"), "points behind the best that is"),
    ("advise", but(ward="sequifi-canonical"), "points behind the best that is"),
    ("advise", but(lab="er-ace"), "was not run on chains"),
    ("advise", but(lab="the best"), "return a name that stands in brackets"),
    ("advise", but(lab=["gem"]), "return a name that stands in brackets"),
    ("sure_of", by_sign, "the low end has to be"),
    ("sure_of", either_side, "a sure loss, and no gain"),
    ("sure_of", from_zero, "begins at zero"),
    ("sure_of", lambda speakers, corpora: "neither", "it is 'both', not 'neither'"),
    ("sure_of", lambda speakers, corpora: True, "it is 'both', not True"),
]  # fmt: skip


test_a_right_answer_passes, test_a_wrong_answer_is_told_what_is_wrong = both_tests(RIGHT, WRONG)
