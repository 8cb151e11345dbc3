"""Comments written for these tests, toxic or not, of every length that matters."""

from __future__ import annotations

TOXIC = [
    "You are an idiot.",
    "You are a fucking idiot and everyone hates you.",
    "Shut up, you stupid clown, nobody asked you.",
    "Go kill yourself you worthless piece of shit",
    "fuck you asshole",
    "What a bunch of pathetic losers you all are, you make me sick.",
    "I will find you and I will hurt you, bitch.",
    "This moron of a journalist should be locked up, the lying bastard.",
    "dumb ass cunt",
    "You disgusting pig, crawl back into your hole!",
    "ONLY AN IMBECILE LIKE YOU WOULD WRITE SUCH CRAP",
    "Suck my dick, moderator",
]
HARMLESS = [
    "What a lovely article, thank you!",
    "The council met on Tuesday and talked about the new bridge over the river.",
    "I think the figures in the third paragraph are out of date; here is a newer source.",
    "Could someone explain how the vote was counted?",
    "Grüße aus Köln, schöner Text! 😀",
    "My grandmother used to tell us about that winter.",
    "Ich verstehe den zweiten Absatz nicht ganz.",
    "See https://example.org/report.pdf?page=12#top for the report.",
    "1 + 1 = 2, and 3,000 people came.",
    "naïve café — “quoted” … and so on",
    "这篇文章很好。",
    "ok",
]
ODD = ["", " ", "?", "👍🏽", "e\u0301" * 30, "a" * 150, "\u200b\u200d\ufeff", "x\ty\nz", "[unused1] ##ing"]
_SENTENCE = "The new tram line will open in spring, the mayor said, and tickets will stay at the same price. "
LONG = [_SENTENCE * 3, _SENTENCE * 12, _SENTENCE * 9 + TOXIC[1], _SENTENCE * 40]
ALL = [*TOXIC, *HARMLESS, *ODD, *LONG]
