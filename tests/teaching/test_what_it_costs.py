"""Chapter 30's exercises: what is right passes, and typical mistakes are told what is wrong with them."""

import pytest
from scipy import stats

from sequifi_lite.teaching.exercises import check


def said(capsys, name, function):
    right = check(name, function)
    return right, capsys.readouterr().out


def test_operations_per_step(capsys):
    assert said(capsys, "flops_per_step", lambda b, d, h, k: 2 * b * (2 * d * h + 3 * h * k))[0]


@pytest.mark.parametrize(
    "wrong, reason",
    [
        (lambda b, d, h, k: None, "nothing so far"),
        (lambda b, d, h, k: 2 * b * (d * h + h * k), "forward pass alone; the gradients"),
        (lambda b, d, h, k: b * (d * h + h * k), "an addition goes with every multiplication"),
        (lambda b, d, h, k: b * (2 * d * h + 3 * h * k), "half of what it should be"),
        (lambda b, d, h, k: 6 * b * (d * h + h * k), "the encoder is frozen"),
        (lambda b, d, h, k: 2 * b * (3 * d * h + 2 * h * k), "two layers are mixed up"),
        (lambda b, d, h, k: 4 * b * (d * h + h * k), "back through the weights of the second"),
        (lambda b, d, h, k: 2 * b * (d * h + 2 * h * k), "the first layer's weights"),
        (lambda b, d, h, k: 2 * (2 * d * h + 3 * h * k), "for one row"),
        (lambda b, d, h, k: 2 * b * (2 * d * h + 3 * h * k) + b * h, "matrix products only"),
        (lambda b, d, h, k: 2 * b * d * h, "should return 16875520"),
        (lambda b, d, h, k: 16_875_520, "batch of 1"),
    ],
)
def test_wrong_counts_are_told_what_is_wrong(capsys, wrong, reason):
    right, out = said(capsys, "flops_per_step", wrong)
    assert not right and reason in out, out


def low(d, level=0.975, ddof=1, normal=False, root=True):
    quantile = stats.norm.ppf(level) if normal else stats.t.ppf(level, len(d) - 1)
    return d.mean() - quantile * d.std(ddof=ddof) / (len(d) ** 0.5 if root else 1)


def test_not_inferior(capsys):
    assert said(capsys, "not_inferior", lambda d, margin: low(d) > -margin)[0]
    assert said(capsys, "not_inferior", lambda d, margin: int(low(d) > -margin))[0]


@pytest.mark.parametrize(
    "wrong, reason",
    [
        (lambda d, margin: None, "nothing so far"),
        (lambda d, margin: low(d), "should return True or False"),
        (lambda d, margin: (low(d), 1.0), "should return True or False"),
        (lambda d, margin: d.mean() > -margin, "the mean alone"),
        (lambda d, margin: stats.ttest_1samp(d, 0).pvalue > 0.05, "a gain is no loss"),
        (lambda d, margin: d.mean() > 0 or stats.ttest_1samp(d, 0).pvalue > 0.05, "smaller than the margin"),
        (lambda d, margin: True, "beyond the margin"),
        (lambda d, margin: low(d) > 0, "smaller than the margin"),
        (lambda d, margin: low(d, root=False) > -margin, "root of n"),
        (lambda d, margin: low(d, normal=True) > -margin, "the normal quantile"),
        (lambda d, margin: low(d, level=0.95) > -margin, "the quantile at 0.975"),
        (lambda d, margin: low(d, ddof=0) > -margin, "ddof=1"),
        (lambda d, margin: low(d) > -1, "the margin is an argument"),
    ],
)
def test_wrong_verdicts_are_told_what_is_wrong(capsys, wrong, reason):
    right, out = said(capsys, "not_inferior", wrong)
    assert not right and reason in out, out
