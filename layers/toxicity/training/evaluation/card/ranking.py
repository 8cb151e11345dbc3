"""How well comments are told apart: areas under curves, system beside system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from training.data import LABELS
from training.evaluation.card.tables import NONE, SET_NAMES, SYSTEMS, area, measured_systems, share, table
from training.evaluation.targets import six_label_mean

if TYPE_CHECKING:
    from collections.abc import Mapping


# What Detoxify's README says of its models. Not measured here.
PUBLISHED: Final = (
    ("original", "98.64", "mean of six labels, Jigsaw 2018"),
    ("original-small", "98.28", "mean of six labels, Jigsaw 2018"),
    ("unbiased", "93.74", "bias-weighted, Jigsaw 2019"),
    ("unbiased-small", "93.36", "bias-weighted, Jigsaw 2019"),
    ("multilingual", "92.11", "mean over languages, Jigsaw 2020"),
)


def ranking_fields(results: Mapping[str, Any]) -> dict[str, str]:
    """The fields on areas under curves, and Detoxify's published ones."""
    systems = measured_systems(results)
    names = [SYSTEMS[name] for name in systems]

    def areas(source: str, label: str, measure: str = "roc_auc") -> list[str]:
        return [area(one["ranking"].get(source, {}).get(label, {}).get(measure)) for one in systems.values()]

    first = results["systems"]["bundled"]["ranking"]
    held_out = first.get("jigsaw", {}).get("toxicity", {})
    rows = [
        [f"{SYSTEMS[name]}", *_one(one["ranking"].get("jigsaw", {}).get("toxicity"))]
        for name, one in systems.items()
    ]
    six = [
        [
            label,
            str(first["jigsaw_six"][label]["positive"]),
            *areas("jigsaw_six", label),
            *_low_high(first, label),
        ]
        for label in LABELS
        if label in first.get("jigsaw_six", {})
    ]
    means = [area(six_label_mean(one)) for one in systems.values()]
    six += [["**mean**", "", *means, ""], *_precision_rows(systems, first)]
    others = [
        [
            SET_NAMES[source],
            label,
            f"{found['positive']} of {found['comments']}",
            *areas(source, label),
            area(found["pr_auc"]),
        ]
        for source, labels in first.items()
        if source not in {"jigsaw", "jigsaw_six"}
        for label, found in labels.items()
    ]
    return {
        "held_out": table(["", "ROC-AUC", "95% interval", "PR-AUC"], rows)
        + (f"\n\n{held_out['positive']:,} toxic comments of {held_out['comments']:,}." if held_out else ""),
        "six": table(["label", "comments with it", *names, "95% interval"], six),
        "others": table(["set", "label", "with it", *names, "PR-AUC"], others),
        "published": table(["Detoxify", "ROC-AUC in percent", "measured on"], PUBLISHED),
        "averaging": _averaging(systems),
    }


def _one(found: Mapping[str, float] | None) -> list[str]:
    if not found:
        return [NONE, NONE, NONE]
    return [
        f"{found['roc_auc']:.4f}",
        f"{found['roc_auc_low']:.4f} to {found['roc_auc_high']:.4f}",
        area(found["pr_auc"]),
    ]


def _low_high(first: Mapping[str, Any], label: str) -> list[str]:
    found = first["jigsaw_six"][label]
    return [f"{found['roc_auc_low']:.3f} to {found['roc_auc_high']:.3f}"]


def _precision_rows(systems: Mapping[str, Any], first: Mapping[str, Any]) -> list[list[str]]:
    return [
        [
            f"{label}, PR-AUC",
            str(first["jigsaw_six"][label]["positive"]),
            *(
                area(one["ranking"].get("jigsaw_six", {}).get(label, {}).get("pr_auc"))
                for one in systems.values()
            ),
            "",
        ]
        for label in LABELS
        if label in first.get("jigsaw_six", {})
    ]


def _averaging(systems: Mapping[str, Any]) -> str:
    if "linear" not in systems or "encoder" not in systems:
        return "This model has no linear part: its encoder scores alone."

    def of_jigsaw(name: str) -> float:
        found: float = systems[name]["ranking"]["jigsaw"]["toxicity"]["roc_auc"]
        return found

    both, alone = of_jigsaw("bundled"), max(of_jigsaw("encoder"), of_jigsaw("linear"))
    mean_both, mean_encoder = six_label_mean(systems["bundled"]), six_label_mean(systems["encoder"])
    verdict = "Yes" if both > alone else "Not here"
    return (
        f"{verdict}: the two together reach {both:.4f} on held-out Jigsaw comments, the better of them "
        f"alone {alone:.4f}; "
        f"the mean of the six labels is {area(mean_both)} with both and {area(mean_encoder)} with the "
        "encoder alone, and "
        f"{share(systems['bundled']['functional']['accuracy'])} of the functional tests come out right, "
        "against "
        f"{share(systems['encoder']['functional']['accuracy'])} (as many toxic comments caught)."
    )
