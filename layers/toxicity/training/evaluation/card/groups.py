"""Which groups are held back for being named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from training.evaluation.card.tables import SYSTEMS, measured_systems, share, table

if TYPE_CHECKING:
    from collections.abc import Mapping


_COLUMNS: Final = 3


def group_fields(results: Mapping[str, Any]) -> dict[str, str]:
    """The fields on sentences that name a group."""
    identity = results["systems"]["bundled"]["identity"]
    rows = [
        [
            SYSTEMS[name],
            share(one["identity"]["madlibs"]["held"]),
            f"{one['identity']['madlibs']['widest_gap'] * 100:.1f}",
            share(one["identity"]["own"]["held"]),
            f"{one['identity']['own']['widest_gap'] * 100:.1f}",
        ]
        for name, one in measured_systems(results).items()
    ]
    unknown = set(results["unknown_groups"])
    own = {
        f"*{term}*" if term in unknown else term: held for term, held in identity["own"]["by_term"].items()
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
    listed = " and ".join(f"{term} ({share(held)})" for term, held in worst)
    return {
        "groups_summary": (
            f"{identity['madlibs']['sentences']:,} madlibs sentences about "
            f"{len(identity['madlibs']['by_term'])} terms, "
            f"{identity['own']['sentences']:,} of the project's own about {len(own)} groups. The worst: "
            f"{listed}."
        ),
        "groups_systems": table(head, rows),
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
            cells += [listed[at][0], share(listed[at][1])] if at < len(listed) else ["", ""]
        rows.append(cells)
    return table(["group", "held"] * _COLUMNS, rows)
