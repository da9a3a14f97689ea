"""A release to test with: one metric, its totals within and beyond what is possible."""

from __future__ import annotations

from fractions import Fraction

from server.releases import Bucket, Estimate, MetricTotals, Release

METRIC = MetricTotals(
    "endpoint.disk_free",
    "Free disk space",
    "%",
    (
        Bucket("below 5 %", Estimate(-7, -26, 12)),
        Bucket("5–20 %", Estimate(40, 21, 59)),
        Bucket("20 % and more", Estimate(71, 52, 90)),
    ),
    Estimate(104, 70, 138),
    Estimate(-4, -38, 30),
)
RELEASE = Release(
    "Example Ltd",
    bytes(32),
    3,
    bytes(32),
    False,
    2958,
    604_800,
    1_790_000_000 // 86_400 * 86_400,
    100,
    50,
    "discrete_gaussian",
    Fraction(1, 2),
    9.8,
    Fraction(2),
    (METRIC,),
)
