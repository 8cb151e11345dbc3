"""Measures one model: ranking, calibration, thresholds, groups, names, disguises, functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from export.measures import reliability, roc_auc, share
from export.observations import Observed
from export.thresholds import outcomes
from training.data import LABELS
from training.evaluation.samples import TOXIC, is_toxic
from training.functional import accuracy
from training.harmless import false_positives, held_because_of_name
from training.harmless.identity import IdentitySentence
from training.review import Scorer, held_by

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from training.data import Example
    from training.evaluation.samples import Samples


# Fewer than this on either side, and a ranking or a reliability says nothing.
FEW: Final = 10
# The sets by which models are compared.
JIGSAW: Final = frozenset({"jigsaw", "jigsaw_six"})
DRAWS: Final = 200
SEED: Final = 20261124
NEVER: Final = 2.0
"""A threshold that no probability reaches."""


@dataclass(frozen=True)
class Single:
    """A scorer that holds by `toxicity` alone, from a threshold on."""

    scorer: Scorer
    review_at: float

    @property
    def thresholds(self) -> dict[str, dict[str, float]]:
        """No label but `toxicity` holds, and nothing rejects."""
        never = {"review_at": NEVER, "reject_at": NEVER}
        return dict.fromkeys(LABELS, never) | {"toxicity": {"review_at": self.review_at, "reject_at": NEVER}}

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """The scorer's own."""
        return self.scorer.score(texts)


@dataclass(frozen=True)
class Table:
    """Examples and their scores as columns.

    Attributes:
        observed: labels, truth, weights and sources.
        scores: [examples, labels].
    """

    observed: Observed
    scores: NDArray[np.float64]

    @classmethod
    def of(cls, scorer: Scorer, rows: Sequence[Example]) -> Table:
        """Scores the examples."""
        scores = [[given[label] for label in LABELS] for given in scorer.score([row.text for row in rows])]
        truth = [[row.labels.get(label, np.nan) for label in LABELS] for row in rows]
        observed = Observed(
            labels=LABELS,
            logits=[],
            truth=np.array(truth),
            weight=np.array([row.weight for row in rows]),
            source=np.array([row.source for row in rows]),
        )
        return cls(observed, np.array(scores))

    @property
    def sources(self) -> list[str]:
        """The sets, in the order in which they come."""
        return list(dict.fromkeys(map(str, self.observed.source)))


def at_same_recall(scorer: Scorer, rows: Sequence[Example], recall: float) -> Single:
    """The scorer, holding from the highest toxicity at which it catches that share of the toxic examples."""
    toxic = [row for row in rows if is_toxic(row)]
    scores = np.array([given["toxicity"] for given in scorer.score([row.text for row in toxic])])
    order = np.argsort(-scores)
    caught = np.cumsum(np.array([row.weight for row in toxic])[order])
    last = min(int(np.searchsorted(caught, recall * caught[-1] - 1e-9)), len(order) - 1)
    return Single(scorer, float(scores[order][last]))


def recall_of(scorer: Scorer, rows: Sequence[Example]) -> float:
    """Share of the toxic examples that is held or rejected."""
    toxic = [row for row in rows if is_toxic(row)]
    held = np.array([bool(labels) for labels in held_by(scorer, [row.text for row in toxic])])
    return share(held, np.ones(len(toxic), dtype=bool), np.array([row.weight for row in toxic]))


def measure(scorer: Scorer, samples: Samples) -> dict[str, Any]:
    """Every figure of one model, as JSON."""
    table = Table.of(scorer, samples.rows)
    return {
        "thresholds": scorer.thresholds,
        "ranking": ranking(table),
        "calibration": calibration(table),
        "outcomes": outcomes(table.observed, table.scores, scorer.thresholds),
        "trade_off": trade_off(table),
        "identity": {
            "madlibs": identity(
                scorer, [IdentitySentence(term, text, is_in_training=False) for term, text in samples.madlibs]
            ),
            "own": identity(scorer, samples.own),
        },
        "names": names(scorer, samples),
        "evasion": evasion(scorer, samples),
        "functional": functional(scorer, samples),
        "languages": languages(scorer, samples),
    }


def ranking(table: Table) -> dict[str, dict[str, dict[str, float]]]:
    """For each set and label with enough of both kinds: ROC-AUC and PR-AUC; Jigsaw's with intervals."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    observed = table.observed
    for source in table.sources:
        for column, label in enumerate(LABELS):
            truth = observed.truth[:, column]
            which = observed.of(source) & ~np.isnan(truth)
            positive = truth[which] >= TOXIC
            if min(positive.sum(), (~positive).sum()) < FEW:
                continue
            scores, weight = table.scores[which, column], observed.weight[which]
            one = {
                "comments": len(positive),
                "positive": int(positive.sum()),
                "roc_auc": _rounded(roc_auc(positive, scores, weight)),
                "pr_auc": _rounded(average_precision(positive, scores, weight)),
            }
            if source in JIGSAW:
                low, high = interval(roc_auc, positive, scores, weight)
                one |= {"roc_auc_low": _rounded(low), "roc_auc_high": _rounded(high)}
            found.setdefault(source, {})[label] = one
    return found


def average_precision(
    truth: NDArray[np.bool_], scores: NDArray[np.float64], weight: NDArray[np.float64]
) -> float:
    """Area under the precision-recall curve as steps: precision at each new recall, ties at once."""
    order = np.argsort(-scores, kind="stable")
    positive = np.cumsum(np.where(truth, weight, 0.0)[order])
    everything = np.cumsum(weight[order])
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    gained = np.diff(positive[ends], prepend=0.0)
    return float((gained * positive[ends] / everything[ends]).sum() / positive[-1])


def interval(
    of: Callable[[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]], float],
    truth: NDArray[np.bool_],
    scores: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> tuple[float, float]:
    """A measure's 95% interval by bootstrap: both kinds drawn anew, with a fixed seed."""
    rng = np.random.default_rng(SEED)
    kinds = [np.flatnonzero(truth), np.flatnonzero(~truth)]
    drawn = []
    for _ in range(DRAWS):
        rows = np.concatenate([rng.choice(kind, len(kind)) for kind in kinds])
        drawn.append(of(truth[rows], scores[rows], weight[rows]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def calibration(table: Table) -> dict[str, Any]:
    """For each label, on the sets that have it: bins of a reliability diagram and the calibration error.

    `sets` has the error of toxicity set by set.
    """
    observed = table.observed
    by_label: dict[str, Any] = {}
    for column, label in enumerate(LABELS):
        truth = observed.truth[:, column]
        having = np.unique(observed.source[np.nan_to_num(truth) >= TOXIC])
        which = ~np.isnan(truth) & np.isin(observed.source, having)
        if (truth[which] >= TOXIC).sum() >= FEW:
            by_label[label] = reliability(truth[which], table.scores[which, column], observed.weight[which])
    sets = {}
    for source in table.sources:
        which = observed.of(source) & ~np.isnan(observed.truth[:, 0])
        if which.any():
            result = reliability(observed.truth[which, 0], table.scores[which, 0], observed.weight[which])
            sets[source] = result["expected_calibration_error"]
    return {"labels": by_label, "sets": sets}


def trade_off(table: Table) -> dict[str, list[dict[str, float]]]:
    """For thresholds of toxicity alone: the share of toxic comments missed and of harmless ones held."""
    observed = table.observed
    found = {}
    for source in table.sources:
        which = observed.of(source)
        toxic, harmless = which & observed.toxic, which & observed.harmless
        if min(toxic.sum(), harmless.sum()) < FEW:
            continue
        found[source] = [
            {
                "threshold": threshold,
                "missed": _rounded(share(table.scores[:, 0] < threshold, toxic, observed.weight)),
                "held": _rounded(share(table.scores[:, 0] >= threshold, harmless, observed.weight)),
            }
            for threshold in (step / 50 for step in range(1, 50))
        ]
    return found


def identity(scorer: Scorer, sentences: Sequence[IdentitySentence]) -> dict[str, Any]:
    """Harmless sentences held, in all and for each group, and how far the worst lies above the mean."""
    result = false_positives(scorer, sentences)
    return {
        "sentences": result.overall.sentences,
        "held": _rounded(result.overall.share),
        "widest_gap": _rounded(result.widest_gap),
        "by_term": {term: _rounded(rate.share) for term, rate in result.by_term.items()},
    }


def names(scorer: Scorer, samples: Samples) -> dict[str, Any]:
    """Sentences with names that are held, and those that would not be if the name were John Smith."""
    because = held_because_of_name(scorer, samples.named)
    held = held_by(scorer, [sentence.text for sentence in samples.named])
    return {
        "sentences": len(samples.named),
        "held": sum(map(bool, held)),
        "because_of_name": len(because),
        "examples": [sentence.name for sentence in because[:10]],
    }


def evasion(scorer: Scorer, samples: Samples) -> dict[str, Any]:
    """Recall on toxic comments as they were written, and what each attack takes away from it."""
    before = _held_share(scorer, samples.targets)
    attacks = {}
    for attack, texts in samples.attacked.items():
        after = _held_share(scorer, texts)
        attacks[attack] = {"recall": _rounded(after), "lost": _rounded(before - after)}
    return {"comments": len(samples.targets), "recall": _rounded(before), "attacks": attacks}


def functional(scorer: Scorer, samples: Samples) -> dict[str, Any]:
    """Accuracy in the functional tests, in all and function by function."""
    result = accuracy(scorer, samples.functional)
    return {
        "cases": result.overall.cases,
        "accuracy": _rounded(result.overall.share),
        "accuracy_by_every_label": _rounded(result.overall.share_by_every_label),
        "functions": {
            name: {"cases": tally.cases, "accuracy": _rounded(tally.share)}
            for name, tally in result.by_function.items()
        },
        "toxic": {case.function: case.toxic for case in samples.functional},
    }


def languages(scorer: Scorer, samples: Samples) -> dict[str, dict[str, float]]:
    """For each other language the share of toxic and of harmless sentences that is held."""
    found: dict[str, dict[str, float]] = {}
    for language in dict.fromkeys(one.language for one in samples.foreign):
        listed = [one for one in samples.foreign if one.language == language]
        found[language] = {"sentences": len(listed)}
        for kind, toxic in (("toxic_held", True), ("harmless_held", False)):
            texts = [one.text for one in listed if one.is_toxic is toxic]
            found[language][kind] = _rounded(_held_share(scorer, texts))
    return found


def _held_share(scorer: Scorer, texts: Sequence[str]) -> float:
    held = held_by(scorer, texts)
    return sum(map(bool, held)) / len(held) if held else 0.0


def _rounded(value: float) -> float:
    return round(float(value), 4)
