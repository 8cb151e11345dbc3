"""How the card writes a table, a share, and the names of what it compares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from training.evaluation.pictures import TITLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


NONE: Final = "-"

SYSTEMS: Final = {
    **TITLES,
    "encoder": "its encoder alone",
    "linear": "its linear model alone",
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


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def share(value: float | None, digits: int = 1) -> str:
    """A share as percents."""
    return NONE if value is None else f"{value:.{digits}%}"


def area(value: float | None) -> str:
    """An area under a curve."""
    return NONE if value is None else f"{value:.3f}"


def measured_systems(results: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Those that were measured, the bundled one first."""
    return {name: results["systems"][name] for name in SYSTEMS if name in results["systems"]}
