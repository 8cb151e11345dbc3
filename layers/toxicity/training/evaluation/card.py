"""Fills the model card's text with figures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from training import sources
from training.data import LABELS
from training.evaluation.pictures import TITLES
from training.evaluation.targets import MEGABYTE, check, six_label_mean, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TEMPLATE: Final = Path(__file__).with_name("card.md")
NONE: Final = "-"
_PLACE: Final = re.compile(r"\{\{(\w+)\}\}")
_COLUMNS: Final = 3

SYSTEMS: Final = {
    **TITLES,
    "encoder": "its encoder alone",
    "linear": "its linear model alone",
}
DESCRIBED: Final = {
    "start": "the checkpoint that training was to improve on, exported in the same way, uncalibrated",
    "baseline": "logistic regression on words and pairs of words, trained on the same rows",
    "encoder": "the bundled encoder without the linear model, uncalibrated",
    "linear": "the bundled linear model without the encoder, uncalibrated",
}
SET_NAMES: Final = {
    "jigsaw": "Jigsaw, held out",
    "jigsaw_six": "Jigsaw, six labels",
    "natural": "Wikipedia talk at natural rate",
    "identity_talk": "Wikipedia talk naming groups",
    "civil": "news sites (Civil Comments)",
    "stormfront": "hate forum",
    "hatemoji": "HatemojiBuild",
    "paradetox": "ParaDetox",
    "davidson": "tweets",
    "debiasing": "encyclopedia naming groups",
    "all": "all together",
}
# What Detoxify's README says of its models. Not measured here.
PUBLISHED: Final = (
    ("original", "98.64", "mean of six labels, Jigsaw 2018"),
    ("original-small", "98.28", "mean of six labels, Jigsaw 2018"),
    ("unbiased", "93.74", "bias-weighted, Jigsaw 2019"),
    ("unbiased-small", "93.36", "bias-weighted, Jigsaw 2019"),
    ("multilingual", "92.11", "mean over languages, Jigsaw 2020"),
)


def render(results: Mapping[str, Any], template: str | None = None) -> str:
    """The card; KeyError when the text asks for something that is not there."""
    text = TEMPLATE.read_text("utf-8") if template is None else template
    found = fields(results)
    return _PLACE.sub(lambda match: found[match[1]], text)


def fields(results: Mapping[str, Any]) -> dict[str, str]:
    """What the card's text has places for."""
    bundled = results["systems"]["bundled"]
    return {
        "model": results["model"],
        "date": results["date"],
        "quick": "\n**This was a quick run on a few comments. Its figures say little.**\n"
        if results["quick"]
        else "",
        "label_count": str(len(results["labels"])),
        "labels": ", ".join(f"`{label}`" for label in results["labels"]),
        "parts": (
            "An encoder (MiniLM-L6, int8) and a linear model over words and parts of words read each "
            "comment; their "
            "log-odds are added up."
            if "linear" in results["systems"]
            else "An encoder (MiniLM-L6, int8) reads each comment."
        ),
        "targets": _targets(results),
        "sets": _sources(sources.SETS),
        "own": _sources(sources.OWN),
        "models": _sources(sources.MODELS),
        "attribution": "\n".join(
            f"* {one.name}: {one.attribution}." for one in (*sources.SETS, *sources.MODELS) if _asks(one)
        ),
        "groups": str(len(bundled["identity"]["own"]["by_term"])),
        "test_groups": str(len(results["unknown_groups"])),
        "comments": f"{results['comments']:,}",
        "jigsaw_toxic": f"{results['jigsaw_toxic']:,}",
        "jigsaw_harmless": f"{results['jigsaw_harmless']:,}",
        "systems": "".join(
            f"\n* **{SYSTEMS[name]}**: {DESCRIBED[name]};" for name in results["systems"] if name in DESCRIBED
        ).rstrip(";")
        + ".\n",
        "start_note": (
            " Most of the Jigsaw comments were among those that the starting checkpoint was trained on, "
            "and so were some "
            "madlibs sentences: its figures there flatter it."
            if "start" in results["systems"]
            else ""
        ),
        **_ranking_fields(results),
        **_calibration_fields(results),
        **_threshold_fields(results),
        **_group_fields(results),
        **_robustness_fields(results),
        "size": _size(results),
        "speed": _speed(results.get("speed") or {}),
    }


def _asks(source: sources.Source) -> bool:
    return not source.attribution.startswith("none asked for")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _share(value: float | None, digits: int = 1) -> str:
    return NONE if value is None else f"{value:.{digits}%}"


def _area(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"


def _systems(results: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Those that were measured, the bundled one first."""
    return {name: results["systems"][name] for name in SYSTEMS if name in results["systems"]}


def _targets(results: Mapping[str, Any]) -> str:
    rows = []
    for verdict in check(results):
        target = verdict.target
        bound = f"{'≥' if target.at_least else '≤'} {written(target.kind, target.bound)}"
        outcome = "reached" if verdict.is_reached else "**missed**"
        rows.append([target.name, written(target.kind, verdict.value), bound, outcome])
    return _table(["target", "measured", "bound", ""], rows)


def _sources(listed: Sequence[sources.Source]) -> str:
    rows = [
        [
            one.name,
            one.content,
            one.use,
            one.licence,
            f"`{one.address}`" if "://" not in one.address else one.address,
        ]
        for one in listed
    ]
    return _table(["what", "content", "used for", "licence", "where"], rows)


def _ranking_fields(results: Mapping[str, Any]) -> dict[str, str]:
    systems = _systems(results)
    names = [SYSTEMS[name] for name in systems]

    def areas(source: str, label: str, measure: str = "roc_auc") -> list[str]:
        return [_area(one["ranking"].get(source, {}).get(label, {}).get(measure)) for one in systems.values()]

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
    means = [_area(six_label_mean(one)) for one in systems.values()]
    six += [["**mean**", "", *means, ""], *_precision_rows(systems, first)]
    others = [
        [
            SET_NAMES[source],
            label,
            f"{found['positive']} of {found['comments']}",
            *areas(source, label),
            _area(found["pr_auc"]),
        ]
        for source, labels in first.items()
        if source not in {"jigsaw", "jigsaw_six"}
        for label, found in labels.items()
    ]
    return {
        "held_out": _table(["", "ROC-AUC", "95% interval", "PR-AUC"], rows)
        + (f"\n\n{held_out['positive']:,} toxic comments of {held_out['comments']:,}." if held_out else ""),
        "six": _table(["label", "comments with it", *names, "95% interval"], six),
        "others": _table(["set", "label", "with it", *names, "PR-AUC"], others),
        "published": _table(["Detoxify", "ROC-AUC in percent", "measured on"], PUBLISHED),
        "averaging": _averaging(systems),
    }


def _one(found: Mapping[str, float] | None) -> list[str]:
    if not found:
        return [NONE, NONE, NONE]
    return [
        f"{found['roc_auc']:.4f}",
        f"{found['roc_auc_low']:.4f} to {found['roc_auc_high']:.4f}",
        _area(found["pr_auc"]),
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
                _area(one["ranking"].get("jigsaw_six", {}).get(label, {}).get("pr_auc"))
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

    def area(name: str) -> float:
        found: float = systems[name]["ranking"]["jigsaw"]["toxicity"]["roc_auc"]
        return found

    both, alone = area("bundled"), max(area("encoder"), area("linear"))
    mean_both, mean_encoder = six_label_mean(systems["bundled"]), six_label_mean(systems["encoder"])
    verdict = "Yes" if both > alone else "Not here"
    return (
        f"{verdict}: the two together reach {both:.4f} on held-out Jigsaw comments, the better of them "
        f"alone {alone:.4f}; "
        f"the mean of the six labels is {_area(mean_both)} with both and {_area(mean_encoder)} with the "
        "encoder alone, and "
        f"{_share(systems['bundled']['functional']['accuracy'])} of the functional tests come out right, "
        "against "
        f"{_share(systems['encoder']['functional']['accuracy'])} (as many toxic comments caught)."
    )


def _calibration_fields(results: Mapping[str, Any]) -> dict[str, str]:
    systems = {
        name: one
        for name, one in _systems(results).items()
        if name in {"bundled", "start", "baseline", "encoder"}
    }
    names = [SYSTEMS[name] for name in systems]

    def error(one: Mapping[str, Any], label: str) -> str:
        return _area(one["calibration"]["labels"].get(label, {}).get("expected_calibration_error"))

    labels = [[label, *(error(one, label) for one in systems.values())] for label in LABELS]
    sets = [
        [SET_NAMES[source], *(_area(one["calibration"]["sets"].get(source)) for one in systems.values())]
        for source in results["systems"]["bundled"]["calibration"]["sets"]
    ]
    return {
        "calibration": _table(["label", *names], labels),
        "calibration_sets": _table(["set", *names], sets),
    }


def _threshold_fields(results: Mapping[str, Any]) -> dict[str, str]:
    bundled = results["systems"]["bundled"]
    limits = [
        [label, f"{pair['review_at']:g}", f"{pair['reject_at']:g}" if pair["reject_at"] < 1 else "never"]
        for label, pair in bundled["thresholds"].items()
    ]
    rows = [
        [
            SET_NAMES[source],
            f"{one['comments']:,}",
            _share(one["toxic_share"]),
            _share(one["published_share"]),
            _share(one["held_share"]),
            _share(one["rejected_share"]),
            _share(one.get("toxic_published_share")),
            _share(_sum(one, "harmless_held_share", "harmless_rejected_share")),
            _share(one.get("rejected_precision")),
        ]
        for source, one in bundled["outcomes"].items()
    ]
    head = ["set", "comments", "toxic", "published", "held", "rejected"]
    head += [
        "toxic ones published (missed)",
        "harmless ones held or rejected",
        "toxic among the rejected (precision)",
    ]
    rule = results.get("rule")
    return {
        "thresholds": _table(["label", "held from", "rejected from"], limits),
        "rule": f"How they were chosen: {rule}"
        if rule
        else "They were not chosen for this model: a half holds, nothing rejects.",
        "outcomes": _table(head, rows),
    }


def _sum(one: Mapping[str, float], *names: str) -> float | None:
    found = [one[name] for name in names if name in one]
    return sum(found) if found else None


def _group_fields(results: Mapping[str, Any]) -> dict[str, str]:
    identity = results["systems"]["bundled"]["identity"]
    rows = [
        [
            SYSTEMS[name],
            _share(one["identity"]["madlibs"]["held"]),
            f"{one['identity']['madlibs']['widest_gap'] * 100:.1f}",
            _share(one["identity"]["own"]["held"]),
            f"{one['identity']['own']['widest_gap'] * 100:.1f}",
        ]
        for name, one in _systems(results).items()
    ]
    unknown = set(results["unknown_groups"])
    own = {
        f"*{term}*" if term in unknown else term: share for term, share in identity["own"]["by_term"].items()
    }
    head = [
        "",
        "madlibs held",
        "worst term above the mean, points",
        "own held",
        "worst group above the mean, points",
    ]
    worst = [
        max(one["by_term"].items(), key=lambda pair: pair[1])
        for one in (identity["madlibs"], identity["own"])
    ]
    listed = " and ".join(f"{term} ({_share(share)})" for term, share in worst)
    return {
        "groups_summary": (
            f"{identity['madlibs']['sentences']:,} madlibs sentences about "
            f"{len(identity['madlibs']['by_term'])} terms, "
            f"{identity['own']['sentences']:,} of the project's own about {len(own)} groups. The worst: "
            f"{listed}."
        ),
        "groups_systems": _table(head, rows),
        "madlibs_terms": _terms(identity["madlibs"]["by_term"]),
        "own_terms": _terms(own),
    }


def _terms(by_term: Mapping[str, float]) -> str:
    """Terms with their shares, the worst first, in columns read downwards."""
    listed = sorted(by_term.items(), key=lambda one: (-one[1], one[0].strip("*").lower()))
    height = -(-len(listed) // _COLUMNS)
    rows = []
    for row in range(height):
        cells: list[str] = []
        for column in range(_COLUMNS):
            at = column * height + row
            cells += [listed[at][0], _share(listed[at][1])] if at < len(listed) else ["", ""]
        rows.append(cells)
    return _table(["group", "held"] * _COLUMNS, rows)


def _robustness_fields(results: Mapping[str, Any]) -> dict[str, str]:
    systems = _systems(results)
    bundled = results["systems"]["bundled"]
    names, evasion, functional = bundled["names"], bundled["evasion"], bundled["functional"]
    examples = f" (such as {', '.join(names['examples'])})" if names["examples"] else ""
    because = [
        f"{SYSTEMS[name]} {one['names']['because_of_name']}"
        for name, one in systems.items()
        if name != "bundled"
    ]
    attacks = sorted(evasion["attacks"], key=lambda attack: -evasion["attacks"][attack]["lost"])
    evasion_rows = [
        [
            attack.replace("_", " "),
            *(
                cell
                for one in systems.values()
                for cell in (
                    _share(one["evasion"]["attacks"][attack]["recall"]),
                    f"{one['evasion']['attacks'][attack]['lost'] * 100:.1f}",
                )
            ),
        ]
        for attack in attacks
    ]
    before = [
        "as written",
        *(cell for one in systems.values() for cell in (_share(one["evasion"]["recall"]), "")),
    ]
    head = ["attack", *(cell for name in systems for cell in (f"{SYSTEMS[name]}: caught", "lost, points"))]
    functions = [
        [
            function.replace("_", " "),
            "toxic" if functional["toxic"][function] else "harmless",
            str(tally["cases"]),
            *(_share(one["functional"]["functions"][function]["accuracy"], 0) for one in systems.values()),
        ]
        for function, tally in functional["functions"].items()
    ]
    functions.append(
        [
            "**all**",
            "",
            str(functional["cases"]),
            *(_share(one["functional"]["accuracy"]) for one in systems.values()),
        ]
    )
    languages = [
        [language, _share(one["toxic_held"], 0), _share(one["harmless_held"], 0)]
        for language, one in bundled["languages"].items()
    ]
    return {
        "names": (
            f"Of {names['sentences']:,} harmless sentences with as many names from all over the world, "
            f"held: {names['held']}, "
            f"of which {names['because_of_name']} would not be if the person were called John "
            f"Smith{examples}." + (f" The others: {', '.join(because)}." if because else "")
        ),
        "evasion_words": (
            f"{evasion['comments']} toxic comments of the test part (of at most 300 characters, from "
            "Wikipedia talk and news "
            "sites), their offensive words spelled as abusers do to slip through. As they were written, "
            f"{_share(evasion['recall'])} "
            "are caught."
        ),
        "evasion": _table(head, [before, *evasion_rows]),
        "functional_words": (
            f"{functional['cases']:,} sentences in {len(functional['functions'])} functions: each is one "
            "distinction that a newsroom "
            f"must make. {_share(functional['accuracy'])} are right; where harmless profanity may not be "
            "held as obscene "
            f"either, {_share(functional['accuracy_by_every_label'])}."
        ),
        "functional": _table(["function", "kind", "cases", *(SYSTEMS[name] for name in systems)], functions),
        "languages": _table(["language", "toxic sentences held", "harmless sentences held"], languages),
    }


def _size(results: Mapping[str, Any]) -> str:
    files = ", ".join(f"{name} {size / MEGABYTE:.1f} MB" for name, size in results["size"]["files"].items())
    return f"{results['size']['bytes'] / MEGABYTE:.1f} MB in all: {files}."


def _speed(speed: Mapping[str, float]) -> str:
    """Figures of `make bench`, each with the other side measured in the same run."""
    if "score.ms" not in speed:
        return "Speed was not measured in this run: `make bench` does it, and the next `make evaluate` tells."
    lines = [
        f"On one thread of the machine that measured, a comment of 60 tokens takes {speed['score.ms']:.1f} ms"
    ]
    if "score.speedup" in speed:
        lines[0] += (
            f", {speed['score.speedup']:.1f} times as fast as Detoxify with the same checkpoint in the "
            "same run"
        )
    if "cold.scorer_s" in speed:
        lines.append(f" From a fresh process to the first score: {speed['cold.scorer_s']:.2f} s")
        if "cold.speedup" in speed:
            lines[-1] += f", {speed['cold.speedup']:.0f} times as fast as Detoxify"
    if "memory.scorer_mb" in speed:
        lines.append(f" It needs {speed['memory.scorer_mb']:.0f} MB of memory")
        if "memory.ratio" in speed:
            lines[-1] += f", {speed['memory.ratio']:.0%} of what Detoxify needs"
    return ".".join(lines) + "."
