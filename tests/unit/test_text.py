import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parley.errors import FieldError, Invalid, TooLong
from parley.text import MAX_MARKS_PER_LETTER, count_links, has_broad_wildcard, matching_terms, normalise

LIMIT = 200


def clean(raw: str) -> str:
    return normalise(raw, max_length=LIMIT)


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("e\u0301te\u0301", "été"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("  padded \t\n", "padded"),
        ("tabs\tstay", "tabs\tstay"),
        ("bell\x07 and escape\x1b[31m", "bell and escape[31m"),
    ],
)
def test_text_is_stored_in_one_form(raw: str, stored: str) -> None:
    assert clean(raw) == stored


@pytest.mark.parametrize(
    "hidden",
    [
        "\u200b",
        "\u00ad",
        "\u2060",
        "\ufeff",
        "\u034f",
        "\u180e",
        "\u3164",
        "\u115f",
        "\U000e0041",
        "\u200d",
        "\u200c",
        "\ufdd0",
    ],
)
def test_invisible_characters_inside_a_latin_word_are_dropped(hidden: str) -> None:
    assert clean(f"id{hidden}iot") == "idiot"


@pytest.mark.parametrize(
    "control", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"]
)
def test_bidi_controls_cannot_reorder_text(control: str) -> None:
    assert clean(f"invoice {control}exe.gpj") == "invoice exe.gpj"


@pytest.mark.parametrize(
    "legitimate",
    [
        "می\u200cخواهم",  # Persian: the non-joiner splits a prefix from its verb
        "क्\u200dष",  # Devanagari: the joiner asks for a half form
        "ക്\u200d",  # Malayalam: an older chillu, at the end of a word
        "👩\u200d👩\u200d👧",
        "🏳\ufe0f\u200d🌈",
        "👍🏽",
        "1\ufe0f\u20e3",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # the flag of Scotland
        "עִבְרִית",
        "ᠮᠣᠩᠭᠣᠯ ᠤ\u180bᠨ",
        "tiếng Việt",
    ],
)
def test_what_writing_systems_need_survives(legitimate: str) -> None:
    in_a_sentence = f"{legitimate} x" if legitimate.endswith("\u200d") else legitimate

    assert clean(in_a_sentence) == unicodedata.normalize("NFC", in_a_sentence)


def test_stacked_marks_are_cut_to_what_letters_carry() -> None:
    assert clean("Z" + "\u0336\u0300" * 50) == unicodedata.normalize("NFC", "Z" + "\u0336\u0300" * 3)


@pytest.mark.parametrize(
    "blank", ["", "   ", "\n\t", "\u200b\u200b", "\u2800", "\ufe0f", "\u0301\u0301", "\u3164"]
)
def test_text_without_ink_is_refused(blank: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean(blank)

    assert refused.value.field == "body"


@pytest.mark.parametrize("bad", ["\0", "a\0b", "\ud800", "a\udfffb"])
def test_nul_and_lone_surrogates_are_refused(bad: str) -> None:
    with pytest.raises(Invalid):
        clean(bad)


def test_length_counts_what_is_left_after_normalising() -> None:
    assert clean("e\u0301" * LIMIT) == "é" * LIMIT
    with pytest.raises(TooLong):
        clean("x" * (LIMIT + 1))


def test_a_megabyte_of_marks_is_refused_at_once() -> None:
    started = time.process_time()

    with pytest.raises(TooLong):
        normalise("a" + "\u0301\u0316" * 500_000, max_length=5000)

    assert time.process_time() - started < 1


HOSTILE = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("aऀक्मی👩🏽🏳\u200c\u200d\ufe0f\u202e\u0301\u0336\n\r\t \u180b\U000e0067\U000e007f🏴"),
    ),
    max_size=60,
)


@given(HOSTILE)
@example("a\u0301" + "\u200d" * 3 + "\u0301" * 9)
def test_normalising_twice_changes_nothing(raw: str) -> None:
    try:
        once = clean(raw)
    except FieldError:
        return

    assert clean(once) == once


@given(HOSTILE)
def test_nothing_that_hides_or_reorders_is_ever_left(raw: str) -> None:
    try:
        text = clean(raw)
    except FieldError:
        return

    assert not any(0x202A <= ord(c) <= 0x202E or 0x2066 <= ord(c) <= 0x2069 for c in text)
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text)
    assert unicodedata.is_normalized("NFC", text)
    run = 0
    for char in unicodedata.normalize("NFD", text):
        run = run + 1 if unicodedata.combining(char) else 0
        assert run <= MAX_MARKS_PER_LETTER + 3  # a composed letter brings up to three marks of its own


@pytest.mark.parametrize(
    "text",
    [
        "you dork",
        "You DORK!",
        "ｄｏｒｋ",
        "d\u00f6rk",
        "d0rk",
        "dоrk",  # a Cyrillic o
        "d o r k",
        "d.o.r.k",
        "doooork",
        "DORK's",
        "(dork)",
    ],
)
def test_a_term_is_found_however_it_is_dressed(text: str) -> None:
    expected = () if text == "DORK's" else ("dork",)

    assert matching_terms(text, ["dork"]) == expected


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("I live in Scunthorpe", "cunt"),
        ("a classic assessment", "ass"),
        ("the dorkish one", "dork"),
        ("ork", "dork"),
    ],
)
def test_a_term_is_never_found_inside_a_word(text: str, term: str) -> None:
    assert matching_terms(text, [term]) == ()


def test_a_phrase_is_found_as_consecutive_words() -> None:
    assert matching_terms("Go back, to where", ["go back to"]) == ("go back to",)
    assert matching_terms("Go and back to", ["go back to"]) == ()


@pytest.mark.parametrize(
    ("term", "text", "matches"),
    [
        ("spam*", "Stop spamming us", True),
        ("spam*", "sp4mmer!", True),
        ("spam*", "antispam", False),
        ("*coin", "buy dogecoin", True),
        ("*coin", "coincidence", False),
        ("*crypt*", "encryption", True),
        ("cheap pill*", "cheap pillows and cheap pills", True),
        ("cheap pill*", "cheap blue pills", False),
        ("spam*", "s p a m m y", True),
    ],
)
def test_a_wildcard_opens_the_end_of_a_word_where_it_stands(term: str, text: str, *, matches: bool) -> None:
    assert matching_terms(text, [term]) == ((term,) if matches else ())


@pytest.mark.parametrize(
    ("term", "is_broad"), [("a*", True), ("*in*", True), ("ass*", False), ("a b", False)]
)
def test_a_wildcard_needs_letters_beside_it(term: str, *, is_broad: bool) -> None:
    assert has_broad_wildcard(term) is is_broad


@given(st.text(max_size=80), st.lists(st.text(max_size=10), max_size=3))
def test_matching_never_fails(text: str, terms: list[str]) -> None:
    assert set(matching_terms(text, terms)) <= set(terms)


def test_links_are_counted_with_or_without_a_scheme() -> None:
    assert count_links("see https://a.example/x, www.b.example and c.com; not e.g. this") == 3
