"""The model card's pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from training.data import LABELS
from training.evaluation.svg import Panel, Picture

if TYPE_CHECKING:
    from collections.abc import Mapping

STYLES: Final = {"bundled": "main", "start": "other", "baseline": "third"}
TITLES: Final = {"bundled": "this model", "start": "starting checkpoint", "baseline": "TF-IDF baseline"}


def pictures(results: Mapping[str, Any]) -> dict[str, str]:
    """File name to SVG."""
    return {
        "model-reliability.svg": reliability(results),
        "model-evasion.svg": evasion(results),
        "model-trade-off.svg": trade_off(results),
    }


def reliability(results: Mapping[str, Any]) -> str:
    """Score against the share of comments with that score that have the label; toxicity large."""
    picture = Picture(880, 420, "Reliability: how often a label is right among comments with a given score")
    big = Panel(picture, 70, 50, 300, 300)
    _reliability_panel(results, "toxicity", big, steps=5)
    picture.text(220, 392, "score", style="quiet", anchor="middle", size=12)
    picture.upright(24, 200, "comments that have the label")
    for number, label in enumerate(LABELS[1:]):
        column, row = number % 3, number // 3
        small = Panel(picture, 450 + column * 148, 50 + row * 190, 92, 110)
        _reliability_panel(results, label, small, steps=2)
    picture.key(
        728,
        272,
        [(STYLES[name], TITLES[name]) for name in ("bundled", "start") if name in results["systems"]],
    )
    picture.text(728, 326, "dashed: as it should be", style="quiet", size=11)
    return str(picture)


def _reliability_panel(results: Mapping[str, Any], label: str, panel: Panel, *, steps: int) -> None:
    panel.frame(label.replace("_", " "), steps=steps, size=12 if steps > 2 else 11)  # noqa: PLR2004
    panel.picture.line(panel.x(0), panel.y(0), panel.x(1), panel.y(1), "even")
    for name in ("start", "bundled"):
        found = results["systems"].get(name, {}).get("calibration", {}).get("labels", {}).get(label)
        if not found:
            continue
        values = panel.points([(one["mean_score"], one["observed_rate"]) for one in found["bins"]])
        panel.picture.curve(values, STYLES[name])
        for x, y in values:
            panel.picture.dot(x, y, 3.5 if steps > 2 else 2.5, STYLES[name])  # noqa: PLR2004


def evasion(results: Mapping[str, Any]) -> str:
    """Recall under each attack, worst first, beside the recall on comments as they were written."""
    systems = {name: results["systems"][name] for name in ("bundled", "start") if name in results["systems"]}
    attacks = sorted(systems["bundled"]["evasion"]["attacks"].items(), key=lambda one: one[1]["recall"])
    row, top, left, width = 30, 62, 170, 620
    picture = Picture(
        880, top + row * len(attacks) + 46, "Toxic comments caught when their words are disguised"
    )
    bottom = top + row * len(attacks)
    for percent in range(0, 101, 20):
        x = left + width * percent / 100
        picture.line(x, top - 6, x, bottom, "grid")
        picture.text(x, bottom + 18, f"{percent}%", style="quiet", anchor="middle", size=12)
    for number, (attack, _) in enumerate(attacks):
        y = top + number * row
        picture.text(left - 10, y + 15, attack.replace("_", " "), anchor="end")
        for place, (name, figures) in enumerate(systems.items()):
            recall = figures["evasion"]["attacks"][attack]["recall"]
            picture.bar(left, y + place * 11, width * recall, 10, STYLES[name])
            if name == "bundled":
                picture.text(left + width + 8, y + 14, f"{recall:.0%}", style="quiet", size=12)
    for name, figures in systems.items():
        x = left + width * figures["evasion"]["recall"]
        picture.line(x, top - 6, x, bottom, f"line {STYLES[name]}")
    names = [(STYLES[name], TITLES[name]) for name in systems]
    for number, one in enumerate(names):
        picture.key(left + number * 160, 30, [one])
    picture.text(left + len(names) * 160, 30, "upright lines: as they were written", style="quiet", size=12)
    return str(picture)


def trade_off(results: Mapping[str, Any]) -> str:
    """What a lower threshold misses less and holds more, on talk pages and under news."""
    picture = Picture(880, 400, "Toxic comments missed against harmless comments held, for every threshold")
    # Few of Civil Comments' rows are harmless in everybody's eyes: its curves need the whole range.
    for number, (source, title, end, steps) in enumerate(
        (("jigsaw", "Wikipedia talk", 0.3, 3), ("civil", "news sites", 1.0, 5))
    ):
        panel = Panel(picture, 80 + number * 420, 56, 330, 270, end, end)
        panel.frame(title, steps=steps)
        picture.text(panel.left + 165, 362, "harmless comments held", style="quiet", anchor="middle", size=12)
        for name in ("baseline", "start", "bundled"):
            curve = results["systems"].get(name, {}).get("trade_off", {}).get(source)
            values = [
                (one["held"], one["missed"])
                for one in curve or ()
                if one["held"] <= panel.right_end and one["missed"] <= panel.upper_end
            ]
            if values:
                picture.curve(panel.points(values), STYLES[name])
        now = results["systems"]["bundled"]["outcomes"].get(source, {})
        missed = now.get("toxic_published_share")
        held = now.get("harmless_held_share", 0.0) + now.get("harmless_rejected_share", 0.0)
        if missed is not None and held <= panel.right_end and missed <= panel.upper_end:
            picture.dot(panel.x(held), panel.y(missed), 5, STYLES["bundled"])
    picture.upright(24, 190, "toxic comments published")
    names = [name for name in ("bundled", "start", "baseline") if name in results["systems"]]
    for number, name in enumerate(names):
        picture.key(80 + number * 165, 386, [(STYLES[name], TITLES[name])])
    picture.text(80 + len(names) * 165, 386, "dot: default thresholds, all labels", style="quiet", size=12)
    return str(picture)
