"""Strengths, grids and defaults, written down once more.

The tables in ``results/`` were measured with these. Who changes one here has to run the studies again that
rest on it.
"""

import inspect

import pytest

from sequifi_lite.learning.methods import (
    AGEM,
    DER,
    DERPP,
    EMA,
    ER,
    ERACE,
    EWC,
    GEM,
    L2SP,
    MAS,
    NCM,
    SI,
    SLDA,
    SWA,
    BiasCorrection,
    Cumulative,
    GDumb,
    GreedySoup,
    Interpolation,
    Joint,
    LogitAdjustment,
    LwF,
    Majority,
    OneOverT,
    PerClassSoup,
    RanPAC,
    Soup,
    TargetOnly,
    Vanilla,
    WeightAlignment,
    ZeroShot,
)
from sequifi_lite.learning.methods.fisher import fisher

TABLE = {
    Vanilla: (None, (), None, dict()),
    ZeroShot: (None, (), None, dict()),
    Majority: (None, (), None, dict()),
    TargetOnly: (None, (), None, dict(steps=None)),
    Joint: (None, (), None, dict()),
    Cumulative: (None, (), None, dict()),
    GDumb: ("size", (40, 80, 160, 320, 640, 1280), None, dict(size=200, steps=None)),
    L2SP: ("lam", (0.1, 0.3, 1.0, 3.0, 10.0, 100.0), 0.0, dict(lam=1.0)),
    EWC: (
        "lam",
        (0.1, 0.3, 1.0, 3.0, 10.0, 100.0),
        0.0,
        dict(lam=1.0, kind="exact", gamma=None, normalise=True, batch=32),
    ),
    SI: ("lam", (0.1, 0.3, 1.0, 3.0, 10.0, 100.0), 0.0, dict(lam=1.0, xi=0.001, normalise=True)),
    MAS: ("lam", (0.1, 0.3, 1.0, 3.0, 10.0, 100.0), 0.0, dict(lam=1.0, normalise=True)),
    LwF: ("lam", (0.003, 0.01, 0.03, 0.1, 0.3, 1.0), 0.0, dict(lam=0.1, T=2.0)),
    ER: (
        "per_class",
        (1, 2, 5, 10, 20, 50),
        None,
        dict(per_class=20, choose="class-balanced", width=32, seen=False),
    ),
    ERACE: (
        "per_class",
        (1, 2, 5, 10, 20, 50),
        None,
        dict(per_class=20, choose="class-balanced", width=32, seen=False),
    ),
    GEM: ("per_class", (1, 2, 5, 10, 20, 50), None, dict(per_class=20, choose="class-balanced", gamma=0.0)),
    AGEM: ("per_class", (1, 2, 5, 10, 20, 50), None, dict(per_class=20, choose="class-balanced", width=32)),
    DER: ("alpha", (0.01, 0.03, 0.1, 0.3, 1.0, 3.0), 0.0, dict(alpha=0.1, per_class=20, width=32)),
    DERPP: (
        "alpha",
        (0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
        0.0,
        dict(alpha=0.1, beta=None, per_class=20, width=32),
    ),
    Interpolation: ("alpha", (0.0, 0.2, 0.4, 0.6, 0.8, 1.0), 1.0, dict(alpha=0.5, anchor="before")),
    OneOverT: (None, (), None, dict()),
    EMA: ("beta", (0.0, 0.9, 0.97, 0.99, 0.997, 0.999), 0.0, dict(beta=0.99)),
    SWA: ("start", (0.0, 0.25, 0.5, 0.75, 0.9, 1.0), 1.0, dict(start=0.5, c=5)),
    Soup: (None, (), None, dict(rates=(1.0, 1.0, 0.3, 3.0))),
    GreedySoup: (None, (), None, dict(rates=(1.0, 1.0, 0.3, 3.0))),
    PerClassSoup: ("gamma", (0.0, 0.25, 0.5, 0.75, 1.0, 2.0), None, dict(gamma=1.0)),
    NCM: (None, (), None, dict(features="input", scope="all")),
    SLDA: (
        "epsilon",
        (0.0001, 0.001, 0.01, 0.1, 0.5, 1.0),
        None,
        dict(epsilon=0.01, features="input", scope="all"),
    ),
    RanPAC: (
        "ridge",
        (1e2, 1e3, 1e4, 1e5, 1e6, 1e7),
        None,
        dict(ridge=1e4, width=1000, seed=0, features="input", scope="all"),
    ),
    BiasCorrection: (None, (), None, dict(rho=0.0001)),
    WeightAlignment: (None, (), None, dict()),
    LogitAdjustment: ("tau", (0.0, 0.25, 0.5, 1.0, 1.5, 2.0), 0.0, dict(tau=1.0)),
}


@pytest.mark.parametrize("cls", TABLE)
def test_knobs_grids_and_defaults_are_those_the_results_were_measured_with(cls):
    said = {
        k: p.default
        for k, p in inspect.signature(cls.__init__).parameters.items()
        if p.default is not p.empty
    }
    assert (cls.strength, cls.grid, cls.neutral, said) == TABLE[cls]
    assert cls.strength_per_run == (cls is not GEM)


def test_defaults_of_the_fisher_information():
    said = {k: p.default for k, p in inspect.signature(fisher).parameters.items() if p.default is not p.empty}
    assert said == {"kind": "exact", "seeds": (0,), "batch": 32}
