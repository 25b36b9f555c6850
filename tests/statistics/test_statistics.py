"""The statistics agree with scipy and lifelines, where those are installed, and with the definitions written out."""

import itertools
import json
import os
import random
import subprocess

import pytest

PROGRAM = os.environ["NERO_BENCH_PRINT_STATISTICS"]
EXACT = 1e-9


def ask(questions):
    done = subprocess.run([PROGRAM], input=json.dumps(questions), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def samples():
    """Lists of values, among them equal ones."""
    generator = random.Random(7)
    yield [0.25, 0.5, 0.5, 0.75]
    for count in (2, 3, 5, 8, 13):
        yield [generator.random() for _ in range(count)]


def watched():
    """Durations with and without the event, among them equal ones."""
    generator = random.Random(8)
    for count in (3, 5, 10, 40):
        yield [[generator.randint(1, 12), generator.random() < 0.7] for _ in range(count)]


def test_expected_best_is_the_mean_over_all_choices():
    values = list(samples())
    for sample, ours in zip(values, ask([{"of": "without_replacement", "values": sample} for sample in values])):
        for tried in range(1, len(sample) + 1):
            minima = [min(choice) for choice in itertools.combinations(sample, tried)]
            assert ours[tried - 1] == pytest.approx(sum(minima) / len(minima), abs=EXACT)


def test_distributions_agree_with_scipy():
    stats = pytest.importorskip("scipy.stats")
    questions, expected = [], []
    for degrees in (1, 2, 3, 9, 57.5):
        for at in (0.0005, 0.025, 0.3, 0.975):
            questions.append({"of": "student_quantile", "at": at, "degrees": degrees})
            expected.append(stats.t.ppf(at, degrees))
        for at in (-3.5, 0.1, 2):
            questions.append({"of": "student_cdf", "at": at, "degrees": degrees})
            expected.append(stats.t.cdf(at, degrees))
    for at in (1e-6, 0.2, 0.975):
        questions.append({"of": "normal_quantile", "at": at})
        expected.append(stats.norm.ppf(at))
    for count in (1, 2, 4, 5, 10, 31, 100):
        for at in (0.05, 0.2, 0.41, 0.8):
            questions.append({"of": "kolmogorov_cdf", "at": at, "count": count})
            expected.append(stats.kstwo.cdf(at, count))
        for at in (0.5, 0.9, 0.95, 0.99):
            questions.append({"of": "kolmogorov_quantile", "at": at, "count": count})
            expected.append(stats.kstwo.ppf(at, count))
    for question, ours, theirs in zip(questions, ask(questions), expected):
        assert ours == pytest.approx(theirs, rel=EXACT, abs=EXACT), question


def test_interval_of_the_mean_agrees_with_scipy():
    stats = pytest.importorskip("scipy.stats")
    values = [sample for sample in samples() if len(sample) >= 3]
    ours = ask([{"of": "mean_interval", "values": sample, "confidence": 0.9} for sample in values])
    for sample, interval in zip(values, ours):
        theirs = stats.ttest_1samp(sample, 0).confidence_interval(0.9)
        assert interval == pytest.approx([theirs.low, theirs.high], abs=EXACT)


def test_band_of_the_expected_best_agrees_with_numerical_integration():
    """The expected best of a distribution on the band's edge, by scipy's quadrature between the steps."""
    stats = pytest.importorskip("scipy.stats")
    integrate = pytest.importorskip("scipy.integrate")
    values = list(samples())
    bands = ask([{"of": "band", "values": s, "smallest": 0, "largest": 1, "confidence": 0.95} for s in values])
    for sample, band in zip(values, bands):
        distance = stats.kstwo.ppf(0.95, len(sample))
        for tried, (low, high) in enumerate(band, start=1):
            for shift, ours in ((distance, low), (-distance, high)):
                def above(x, shift=shift, tried=tried, sample=sample):
                    share = sum(value <= x for value in sample) / len(sample)
                    return (1 - min(1, max(0, share + shift))) ** tried
                edges = [0, *sorted(set(sample)), 1]
                area = sum(integrate.quad(above, a, b)[0] for a, b in zip(edges, edges[1:]))
                assert ours == pytest.approx(area, abs=EXACT)


def test_survival_agrees_with_lifelines():
    lifelines = pytest.importorskip("lifelines")
    from lifelines.utils import restricted_mean_survival_time

    cases = list(watched())
    ours = ask([{"of": "survival", "durations": case, "horizon": 10} for case in cases])
    for case, result in zip(cases, ours):
        fitter = lifelines.KaplanMeierFitter().fit(*zip(*case))
        for time, survival in result["steps"]:
            assert survival == pytest.approx(fitter.predict(time), abs=EXACT)
        assert float(result["median"]) == fitter.median_survival_time_
        theirs = restricted_mean_survival_time(fitter, t=10)
        assert result["restricted_mean"] == pytest.approx(theirs, abs=EXACT)


def test_survival_agrees_with_scipy():
    stats = pytest.importorskip("scipy.stats")
    if not hasattr(stats, "ecdf"):
        pytest.skip("scipy before 1.11 has no Kaplan-Meier estimator")
    cases = list(watched())
    ours = ask([{"of": "survival", "durations": case, "horizon": 10} for case in cases])
    for case, result in zip(cases, ours):
        seen = [time for time, happened in case if happened]
        sample = stats.CensoredData(uncensored=seen, right=[time for time, happened in case if not happened])
        curve = stats.ecdf(sample).sf
        for time, survival in result["steps"]:
            assert survival == pytest.approx(float(curve.evaluate(time)), abs=EXACT)
