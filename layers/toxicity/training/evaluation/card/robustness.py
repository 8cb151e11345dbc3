"""Names, disguises, functional tests, and languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from training.evaluation.card.tables import SYSTEMS, measured_systems, share, table

if TYPE_CHECKING:
    from collections.abc import Mapping


def robustness_fields(results: Mapping[str, Any]) -> dict[str, str]:
    """The fields on names, disguises, functional tests and languages."""
    systems = measured_systems(results)
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
                    share(one["evasion"]["attacks"][attack]["recall"]),
                    f"{one['evasion']['attacks'][attack]['lost'] * 100:.1f}",
                )
            ),
        ]
        for attack in attacks
    ]
    before = [
        "as written",
        *(cell for one in systems.values() for cell in (share(one["evasion"]["recall"]), "")),
    ]
    head = ["attack", *(cell for name in systems for cell in (f"{SYSTEMS[name]}: caught", "lost, points"))]
    functions = [
        [
            function.replace("_", " "),
            "toxic" if functional["toxic"][function] else "harmless",
            str(tally["cases"]),
            *(share(one["functional"]["functions"][function]["accuracy"], 0) for one in systems.values()),
        ]
        for function, tally in functional["functions"].items()
    ]
    functions.append(
        [
            "**all**",
            "",
            str(functional["cases"]),
            *(share(one["functional"]["accuracy"]) for one in systems.values()),
        ]
    )
    languages = [
        [language, share(one["toxic_held"], 0), share(one["harmless_held"], 0)]
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
            f"{share(evasion['recall'])} "
            "are caught."
        ),
        "evasion": table(head, [before, *evasion_rows]),
        "functional_words": (
            f"{functional['cases']:,} sentences in {len(functional['functions'])} functions: each is one "
            "distinction that a newsroom "
            f"must make. {share(functional['accuracy'])} are right; where harmless profanity may not be "
            "held as obscene "
            f"either, {share(functional['accuracy_by_every_label'])}."
        ),
        "functional": table(["function", "kind", "cases", *(SYSTEMS[name] for name in systems)], functions),
        "languages": table(["language", "toxic sentences held", "harmless sentences held"], languages),
    }
