"""Chooses default thresholds by stated targets, and measures what thresholds do to labelled comments."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from export.measures import Bools, Floats, lower_bound, roc_auc, share
from export.observations import TOXIC, Observed

Thresholds = dict[str, dict[str, float]]

# Targets for what is published, of the comments that the thresholds are chosen with.
MISSED = 0.02
# More than this of the harmless comments in the queue, and nobody reads the queue.
HARMLESS_HELD = 0.068
# The same in a set without a toxic comment, such as sentences that merely name a group.
HARMLESS_SET_HELD = 0.03
# What a label beside the first may add to that.
HARMLESS_HELD_BY_LABEL = 0.005
LABEL_RECALL = 0.95
# Target for what is rejected by the model alone.
REJECT_PRECISION = 0.95
# In sets with no more toxic comments than this precision is hardest to reach, and they are most like a site.
NATURAL_SHARE = 0.2
# Fewer comments over a threshold prove nothing about it.
SUPPORT = 50
# With fewer comments a label is as good as unknown, and holds where it is more likely than not.
FEW = 25
UNKNOWN = 0.5
NEVER = 1.0
GRID = [step / 100 for step in range(1, 100)] + [0.995, 0.998, 0.999]

RULE = (
    f"review_at of toxicity: the highest threshold at which at most {MISSED:.0%} of the toxic comments "
    "of all sets together are published, all labels deciding; but so high that of the harmless ones at "
    f"most {HARMLESS_HELD:.1%} are held or rejected, and at most {HARMLESS_SET_HELD:.0%} in a set "
    "without toxic comments; where both cannot be had, toxic comments are missed, and `targets` says "
    f"how many. review_at of another label: the highest that catches {LABEL_RECALL:.0%} of the comments "
    f"with that label, but so high that by itself it holds at most {HARMLESS_HELD_BY_LABEL:.1%} of the "
    f"harmless ones; where fewer than {FEW} comments have the label, the lowest that does so and is no "
    f"lower than {UNKNOWN}. reject_at of toxicity: the lowest threshold at which, with 95% confidence, "
    f"at least {REJECT_PRECISION:.0%} of the comments at or over it are toxic by any label, in all sets "
    f"together; and at which and over which at least {REJECT_PRECISION:.0%} are in each set, and in the "
    f"sets together in which at most {NATURAL_SHARE:.0%} of the comments are toxic, as long as {SUPPORT} "
    f"comments or more are at or over it. Other labels never reject by themselves ({NEVER}). A comment "
    "is toxic when half of its raters or more gave it any label. Comments of the calibration part alone "
    "are used to choose."
)


def choose(observed: Observed, scores: Floats) -> Thresholds:
    """`review_at` and `reject_at` for every label, by RULE."""
    first, *others = observed.labels
    reject_at = _reject_at(observed, scores[:, 0])
    found = {
        label: {"review_at": _review_at(observed, scores, column), "reject_at": NEVER}
        for column, label in enumerate(others, start=1)
    }
    held_anyway = _held(scores[:, 1:], [found[label]["review_at"] for label in others])
    review_at = _first_review_at(observed, scores[:, 0], held_anyway)
    return {first: {"review_at": min(review_at, reject_at), "reject_at": reject_at}, **found}


def _first_review_at(observed: Observed, scores: Floats, held_anyway: Bools) -> float:
    """Of the first label: low enough to miss few toxic comments, but not lower than the queue can bear."""

    def held(threshold: float, among: Bools) -> float:
        return share((scores >= threshold) | held_anyway, among, observed.weight)

    safe = [t for t in GRID if held(t, observed.toxic) >= 1 - MISSED]
    peaceful = [
        which
        for source in np.unique(observed.source)
        if not (which := observed.of(source))[observed.toxic].any()
    ]
    bearable = [
        t
        for t in GRID
        if held(t, observed.harmless) <= HARMLESS_HELD
        and all(held(t, which & observed.harmless) <= HARMLESS_SET_HELD for which in peaceful)
    ]
    return max(max(safe, default=GRID[0]), min(bearable, default=GRID[-1]))


def _review_at(observed: Observed, scores: Floats, column: int) -> float:
    over = [(t, scores[:, column] >= t) for t in GRID]
    bearable = min(
        (t for t, at in over if share(at, observed.harmless, observed.weight) <= HARMLESS_HELD_BY_LABEL),
        default=GRID[-1],
    )
    having = np.nan_to_num(observed.truth[:, column]) >= TOXIC
    if having.sum() < FEW:
        return max(bearable, UNKNOWN)
    caught = [t for t, at in over if share(at, having, observed.weight) >= LABEL_RECALL]
    return max(bearable, max(caught, default=GRID[0]))


def _reject_at(observed: Observed, scores: Floats) -> float:
    """The lowest threshold from which on upwards the precision holds; NEVER when it holds nowhere."""
    known = observed.toxic | observed.harmless
    groups = {source: observed.of(source) for source in np.unique(observed.source)}
    natural = [
        which
        for which in groups.values()
        if share(observed.toxic, which & known, observed.weight) <= NATURAL_SHARE
    ]
    all_natural = np.logical_or.reduce(natural, initial=False)
    lowest = NEVER
    for threshold in reversed(GRID):
        over = (scores >= threshold) & known
        if over.sum() < SUPPORT:
            continue
        enough = [
            here for which in (*groups.values(), all_natural) if (here := over & which).sum() >= SUPPORT
        ]
        if any(share(observed.toxic, here, observed.weight) < REJECT_PRECISION for here in (over, *enough)):
            break
        # A few comments, all of them toxic, do not yet prove it; some more, further down, may.
        if lower_bound(observed.toxic, over, observed.weight) >= REJECT_PRECISION:
            lowest = threshold
    return lowest


def _held(scores: Floats, review_at: Sequence[float]) -> Bools:
    found: Bools = np.logical_or.reduce(scores >= np.array(review_at), axis=1)
    return found


def outcomes(
    observed: Observed, scores: Floats, thresholds: Mapping[str, Mapping[str, float]]
) -> dict[str, Any]:
    """What the thresholds do: to each set, and to all together (`all`)."""
    sources = sorted(set(observed.source))
    everything = np.ones(len(observed.source), dtype=bool)
    groups = {source: observed.of(source) for source in sources} | {"all": everything}
    return {name: _outcome(observed, scores, thresholds, which) for name, which in groups.items()}


def _outcome(
    observed: Observed, scores: Floats, thresholds: Mapping[str, Mapping[str, float]], which: Bools
) -> dict[str, Any]:
    """Shares of the comments of `which`, weighted; what would be a share of nothing is left out."""
    reject = _held(scores, [thresholds[label]["reject_at"] for label in observed.labels])
    publish = ~reject & ~_held(scores, [thresholds[label]["review_at"] for label in observed.labels])
    hold = ~reject & ~publish
    which = which & (observed.toxic | observed.harmless)
    toxic, harmless = which & observed.toxic, which & observed.harmless
    weight = observed.weight
    found: dict[str, Any] = {
        "comments": int(which.sum()),
        "toxic_share": share(toxic, which, weight),
        "published_share": share(publish, which, weight),
        "held_share": share(hold, which, weight),
        "rejected_share": share(reject, which, weight),
    }
    if toxic.any():
        found["toxic_published_share"] = share(publish, toxic, weight)
        found["toxic_rejected_share"] = share(reject, toxic, weight)
    if harmless.any():
        found["harmless_held_share"] = share(hold, harmless, weight)
        found["harmless_rejected_share"] = share(reject, harmless, weight)
    if (which & reject).any():
        found["rejected"] = int((which & reject).sum())
        found["rejected_precision"] = share(toxic, which & reject, weight)
        found["rejected_precision_at_least"] = lower_bound(toxic, which & reject, weight)
    if toxic.any() and harmless.any():
        found["roc_auc"] = roc_auc(observed.toxic[which], scores[which, 0], weight[which])
    return {name: round(value, 4) for name, value in found.items()}


def targets(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the choosing sets together meet the targets."""
    missed, precision = outcome["toxic_published_share"], outcome.get("rejected_precision_at_least")
    harmless = outcome["harmless_held_share"] + outcome["harmless_rejected_share"]
    return {
        "toxic_published_share": {"target": MISSED, "reached": missed, "met": missed <= MISSED},
        "harmless_held_or_rejected_share": {
            "target": HARMLESS_HELD,
            "reached": round(harmless, 4),
            "met": harmless <= HARMLESS_HELD,
        },
        "rejected_precision_at_least": {
            "target": REJECT_PRECISION,
            "reached": precision,
            "met": precision is not None and precision >= REJECT_PRECISION,
        },
    }
