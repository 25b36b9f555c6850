"""The hypothesis tests agree with scipy's, or with their formulas in terms of scipy's distributions, to 1e-9."""

import itertools
import json
import os
import random
import subprocess

import pytest

scipy_stats = pytest.importorskip("scipy.stats", reason="needs scipy (Debian: python3-scipy)")

PROGRAM = os.environ["NERO_BENCH_EVALUATE_TESTS"]
CLOSE = {"rel": 1e-9, "abs": 1e-12}


def evaluated(questions):
    done = subprocess.run([PROGRAM], input=json.dumps(questions), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def samples(sizes, seed, decimals=None):
    """Pairs of samples of different sizes, locations and spreads."""
    generator = random.Random(seed)
    for n, m in sizes:
        left = [generator.gauss(0.7, 0.02) for _ in range(n)]
        right = [generator.gauss(0.7 + generator.uniform(-0.05, 0.05), 0.05) for _ in range(m)]
        yield ([round(x, decimals) for x in left], [round(x, decimals) for x in right]) if decimals else (left, right)


def t_figures(value, error, freedom, margin):
    t = scipy_stats.t(freedom)
    below, above = t.cdf(value / error), t.sf(value / error)
    equivalent = max(t.cdf((value - margin) / error), t.sf((value + margin) / error))
    return [value, error, freedom, below, above, 2 * min(below, above), error * t.ppf(0.975), equivalent]


def test_welch_its_interval_and_equivalence():
    pairs = list(samples(itertools.product((2, 3, 5, 10, 40), repeat=2), seed=1))
    answers = evaluated([{"test": "welch", "left": a, "right": b, "margin": 0.03} for a, b in pairs])
    for (a, b), answer in zip(pairs, answers):
        va, vb = scipy_stats.tvar(a) / len(a), scipy_stats.tvar(b) / len(b)
        freedom = (va + vb) ** 2 / (va ** 2 / (len(a) - 1) + vb ** 2 / (len(b) - 1))
        value = scipy_stats.tmean(a) - scipy_stats.tmean(b)
        assert answer == pytest.approx(t_figures(value, (va + vb) ** 0.5, freedom, 0.03), **CLOSE)
        assert answer[5] == pytest.approx(scipy_stats.ttest_ind(a, b, equal_var=False).pvalue, **CLOSE)
        assert answer[3] == pytest.approx(scipy_stats.ttest_ind(a, b, equal_var=False, alternative="less").pvalue, **CLOSE)


def test_student_with_the_spread_of_both_sides():
    pairs = list(samples(itertools.product((1, 2, 3, 10, 40), (2, 3, 10, 40)), seed=5))
    answers = evaluated([{"test": "pooled", "left": a, "right": b, "margin": 0.03} for a, b in pairs])
    for (a, b), answer in zip(pairs, answers):
        squares = sum((x - scipy_stats.tmean(side)) ** 2 for side in (a, b) for x in side)
        freedom = len(a) + len(b) - 2
        error = (squares / freedom * (1 / len(a) + 1 / len(b))) ** 0.5
        assert answer == pytest.approx(t_figures(scipy_stats.tmean(a) - scipy_stats.tmean(b), error, freedom, 0.03), **CLOSE)
        if len(a) > 1:
            assert answer[3] == pytest.approx(scipy_stats.ttest_ind(a, b, alternative="less").pvalue, **CLOSE)


def test_the_spread_of_the_other_side():
    pairs = list(samples([(1, 2), (1, 20), (3, 3), (10, 20)], seed=2))
    answers = evaluated([{"test": "spread_of_right", "left": a, "right": b, "margin": 0.1} for a, b in pairs])
    for (a, b), answer in zip(pairs, answers):
        error = scipy_stats.tstd(b) * (1 / len(a) + 1 / len(b)) ** 0.5
        assert answer == pytest.approx(t_figures(scipy_stats.tmean(a) - scipy_stats.tmean(b), error, len(b) - 1, 0.1), **CLOSE)


def test_mann_whitney_without_ties():
    pairs = list(samples([(1, 5), (3, 3), (4, 4), (5, 9), (10, 10), (20, 20), (40, 50)], seed=3))
    answers = evaluated([{"test": "mann_whitney", "left": a, "right": b} for a, b in pairs])
    for (a, b), answer in zip(pairs, answers):
        method = "exact" if len(a) + len(b) <= 60 else "asymptotic"
        assert answer == pytest.approx(scipy_stats.mannwhitneyu(a, b, method=method).pvalue, **CLOSE)


def exact_by_enumeration(a, b):
    """Over all ways to choose the left side from the values, by their mean ranks."""
    ranks = scipy_stats.rankdata(a + b)
    observed = sum(ranks[: len(a)])
    sums = [sum(chosen) for chosen in itertools.combinations(ranks, len(a))]
    at_most, at_least = (sum(s <= observed + 1e-9 for s in sums), sum(s >= observed - 1e-9 for s in sums))
    return min(1, 2 * min(at_most, at_least) / len(sums))


def test_mann_whitney_with_ties():
    pairs = list(samples([(3, 4), (5, 5), (6, 7), (8, 8)], seed=4, decimals=2)) + [([1, 1, 2], [1, 2, 2, 2])]
    answers = evaluated([{"test": "mann_whitney", "left": a, "right": b} for a, b in pairs])
    assert answers == pytest.approx([exact_by_enumeration(a, b) for a, b in pairs], **CLOSE)
    a, b = next(samples([(50, 40)], seed=5, decimals=2))
    assert evaluated([{"test": "mann_whitney", "left": a, "right": b}])[0] == pytest.approx(
        scipy_stats.mannwhitneyu(a, b, method="asymptotic").pvalue, **CLOSE)


def test_fisher():
    cases = [(f, n, g, m) for n in (1, 2, 5, 10) for m in (1, 3, 20) for f in range(n + 1) for g in range(m + 1)]
    answers = evaluated([{"test": "fisher", "failures": f, "n": n, "other_failures": g, "other_n": m} for f, n, g, m in cases])
    expected = [scipy_stats.fisher_exact([[f, n - f], [g, m - g]], alternative="greater")[1] for f, n, g, m in cases]
    assert answers == pytest.approx(expected, **CLOSE)


def test_holm():
    """By its definition: the smallest level at which Holm's step-down procedure rejects each hypothesis."""
    generator = random.Random(6)
    p = [generator.random() ** 3 for _ in range(12)]
    ordered = sorted(p)
    expected = [min(1, max((len(p) - j) * ordered[j] for j in range(ordered.index(value) + 1))) for value in p]
    assert evaluated([{"test": "holm", "p": p}])[0] == pytest.approx(expected, **CLOSE)
