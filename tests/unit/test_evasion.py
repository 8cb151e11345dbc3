"""Disguised words are read as what they stand for; ordinary text stays as it is."""

from __future__ import annotations

import csv
import gzip
import os
import re
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toxicity import lexicon
from toxicity.evasion import joined_words, plain, slips

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("DATA", ROOT.parent / "shared" / "data" / "toxicity"))
NAMES = ROOT / "layers/toxicity/training/templates/names.txt"
MAX_CHANGED = 0.015
LONG = 100_000


@pytest.mark.parametrize(
    "disguised",
    [
        "1d10t", "1diot", "idi0t", "id!ot", "i d i o t", "i.d.i.o.t", "i-d-i-o-t",
        "i_d_i_o_t", "idi ot", "id-iot", "id.iot", "idiooooot", "iiidiottt",
        "id*ot", "i**ot", "ｉｄｉｏｔ", "𝓲𝓭𝓲𝓸𝓽", "ⓘⓓⓘⓞⓣ", "ɪᴅɪᴏᴛ", "іdіоt", "ιdιοt",
        "ídïöt", "i\u200bd\u200bi\u200bo\u200bt", "id\u00adiot",
        "i\u0337d\u0337i\u0337o\u0337t\u0337", "ｉ ｄ ｉ ｏ ｔ", "1 d 1 0 t",
        "i\u2060d.i.o.t",
    ],
)  # fmt: skip
def test_a_disguised_word_is_read_as_what_it_stands_for(disguised: str) -> None:
    assert plain(f"What an {disguised} you are") == "What an idiot you are"


@pytest.mark.parametrize(
    ("disguised", "meant"),
    [
        ("F*CK YOU", "FUCK YOU"),
        ("f**k off, you b*tch", "fuck off, you bitch"),
        ("Sh_t happens", "Shit happens"),
        ("@ss", "ass"),
        ("a$$hole", "asshole"),
        ("assho1e", "asshole"),
        ("$tupid", "stupid"),
        ("ki11 y0urself", "kill yourself"),
        ("go d1e", "go die"),
        ("n1gg3r", "nigger"),
        ("fu(k", "fuck"),
        ("fck this", "fuck this"),
        ("Kwok, first name Fuk\u2028you", "Kwok, first name Fuck\u2028you"),
        ("His last name is Fuk. Wai Fuk *off*", "His last name is Fuck. Wai Fuck *off*"),
        ("Kwok, first name fuk", "Kwok, first name fuck"),
        ("\u017fht, FCK\u0130NG, fck", "shit, FCK\u0130NG, fuck"),
        ("you'reidiot", "you're idiot"),
        ("mor onic", "moronic"),
        ("wh\u20acre", "where"),
        ("id|ot", "idiot"),
        ("s+upid", "stupid"),
        ("Fuk You, fuk off. Fuk this.", "Fuck You, fuck off. Fuck this."),
        ("you idoit, STUIPD", "you idiot, STUPID"),
        ("a bicth, FUKCING idoits.", "a bitch, FUCKING idiots."),
        ("Such Garbge from a coard and nacissist", "Such Garbage from a coward and narcissist"),
        ("Fuk Jews! Hey Fuk You, Lazy Fuk", "Fuck Jews! Hey Fuck You, Lazy Fuck"),
        ("F U C K", "FUCK"),
        ("f u c k y o u", "fuck you"),
        ("y o u a r e a n i d i o t", "you are an idiot"),
        ("y o u  a r e  s c u m", "you  are  scum"),
        ("🅸🅳🅸🅾🆃", "IDIOT"),
        ("ᴵᴰᴵᴼᵀ", "IDIOT"),
        ("сосk", "cock"),
        ("what a ѕӏυт", "what a slut"),
        ("killll", "kill"),
        ("Youidiot, you hugemoron", "You idiot, you huge moron"),
        (
            "You'reidiots. i think it\u2019sstupid\nStupidpeople",
            "You're idiots. i think it\u2019s stupid\nStupid people",
        ),
        ("STUPIDPEOPLE", "STUPID PEOPLE"),
        ("yourretardedbrother yourfucking", "yourretardedbrother your fucking"),
        ("STUUUPID", "STUPID"),
        ("coool, sooo goood", "cool, so good"),
        ("they are 🐷🐷 🐷", "they are pig face"),
        ("i🔪you", "i knife you"),
        ("🖕🏿, ❤\ufe0f ✔", "middle finger dark skin , heart check mark"),
        ("🇨🇳 👩\u200d👩\u200d👧 🏳\ufe0f\u200d🌈", "flag of china woman girl waving white flag rainbow"),
        ("😂 stuuupid 😂", "face with tears of joy stupid face with tears of joy"),
    ],
)
def test_every_kind_of_disguise_keeps_the_case_and_what_stands_around_it(disguised: str, meant: str) -> None:
    assert plain(disguised) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The U.S.A. and the U.K. signed at 10am; 100 of 4x4 cars came.",
        "I2C, C3PO, H2O, MP3, A4, F1, B2B, CO2, 5G, 4K, 1080p, G20, x86_64, covid-19",
        "It costs US$ 100, $5m, €20 or 3€ (A$12).",
        "1st, 2nd, 3rd, 5min, 4chan, 10th, 5km, 20mg, 80s",
        "J. R. R. Tolkien, A.B.C.D., Plan A B C, e.g. this, i.e. that",
        "The pen is mine, and as s/he said: the band's hit. He'll come.",
        "mail@example.org, https://example.org/a1b2c3?d4=e5, www.example.org/f00, @susan, #metoo, #1",
        "Wow! Great!!!1 Stop!Then go. *really* **bold** _so_ ~ok~ a*b*c 2*3",
        "VIII, XXX, III, www, hmmm, zzz",
        "Привет, как дела? Γειά σου Κόσμε. Ջերմ բարև",
        "café, naïve, Nguyễn, Wałęsa, Søren, Straße, Ñandú, İstanbul",
        "1\ufe0f\u20e3 می\u200cخواهم → ←",
        "½ cup, 10 µm, 20 °C, x² … “quoted” – Nº 5 ™ №",
        "Fuk Kwok met Ping Fuk, Fuk Guo, Yuting Fuk and Wai-Man Fuk.",
        "Doctor Kwok, first name Fuk, says hello.",
        "I saw the garage and the moons, whoes shot it was, certin prics, hmos.",
        "IDOT and SATB, Mr Idoit of idoit.org, idoit-proof, https://example.org/?q=idoit",
        "The therapist's hearse is apathetic overkill, Mr Cockburn of Blackburn; Uranus was assessed.",
        "Mr Mycock, Mrs Goodburn and Miss Badcock had salmon in aspic.",
        "The kids'shoes were in Me'Shell's shop.",
        "https://example.org/a,youidiot https://example.org/Foo_(youidiot)",
        "usarse notarse aliar beslag overslag Behang Terroristin",
        "@youidiot #youidiot youidiot.com www.example.org/youidiot the_youidiot youidiot-ish",
        "hisidiosyncrasy, glasses, assassins, analysis, cocktails, shuttle, dickens, bassoon",
        "camelCase, iPhone, YouTube, LaTeX",
        "co-op, re-read, well-being, and/or, six-pack, e-mail, twenty-one",
        "a, b, c, d and (a) (b) (c)",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_a_slip_is_one_of_a_single_word() -> None:
    found = Counter(
        slip for word in lexicon.DISGUISED for slip in slips.slips_of(word) if plain(slip) != slip
    )

    assert len(found) > 500
    assert [slip for slip, count in found.items() if count > 1] == []


def test_words_that_fall_apart_by_chance_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    names = set(re.findall(r"[A-Za-z]+", NAMES.read_text("utf-8")))
    known = lexicon.NO_JOINS | {f"{word}s" for word in lexicon.NO_JOINS}

    assert [word for word in known if plain(word) != word] == []
    fall_apart = [
        name
        for name in names
        if joined_words.apart(f"Then {name}.", frozenset({name.lower()})) != f"Then {name}."
    ]
    assert fall_apart == []

    monkeypatch.setattr(joined_words, "NO_JOINS", frozenset())
    monkeypatch.setattr(joined_words, "_is_joined", joined_words._is_joined.__wrapped__)

    assert [word for word in lexicon.NO_JOINS if plain(word) == word] == []


@given(
    st.text(max_size=60) | st.text(alphabet="idotas1!0@$*.- _|fuck\u200b\u0301іо\u0130\u017f", max_size=40)
)
def test_what_is_plain_stays_plain(text: str) -> None:
    once = plain(text)

    assert plain(once) == once


def test_emoji_in_words_do_not_blow_a_text_up() -> None:
    pictures = "".join(chr(code) for code in range(0x1F300, 0x1F400))

    assert len(plain(f"{pictures} a " * 500)) < 20_000


@given(st.text(max_size=60))
def test_the_same_text_gives_the_same(text: str) -> None:
    assert plain(text) == plain(text)


HOSTILE = {
    "letters apart": "i d i o t ",
    "one letter apart": "i ",
    "one endless word": "a",
    "leetspeak": "1a",
    "broken words": "stu pid ",
    "dots": "a.b.",
    "marks": "e\u0301\u0327",
    "masks": "f*",
    "mixed scripts": "іdа",
    "zero width": "a\u200b",
    "addresses": "a@b.",
    "joined words": "youidiot ",
    "joined without end": "youidiot",
    "blank": " ",
    "shouting": "a!",
    "accents": "é",
    "emoji": "😂a🐷",
    "a row of emoji": "😂🐷",
}


SOMETHING_FOR_EACH_STEP = "\u00e9@ 1d10t fck idoit youidiot stu pid aaaargh"


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_takes_time_linear_in_its_length(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit)) + SOMETHING_FOR_EACH_STEP
        began = time.process_time()
        plain(text)
        return time.process_time() - began

    short, long = min(seconds(LONG // 10) for _ in range(3)), seconds(LONG)

    # Ten times as long takes ten times the time; a hundred times would be quadratic.
    assert long < max(0.05, 35 * short)
    assert long < 5


@pytest.mark.skipif(not DATA.is_dir(), reason="the labelled comments are not here")
def test_few_harmless_comments_are_changed() -> None:
    with gzip.open(DATA / "wiki_cat_large" / "gn.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        harmless = [row["text"] for row in csv.DictReader(stream) if row["label"] == "0"][::5]

    changed = [text for text in harmless if plain(text) != text]

    assert len(harmless) > 1000
    assert len(changed) / len(harmless) <= MAX_CHANGED
