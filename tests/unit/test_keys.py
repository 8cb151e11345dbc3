import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import keys
from parley.errors import Malformed


def test_one_key_of_one_author_names_one_comment() -> None:
    assert keys.comment_id("salt", "ann", "k") == keys.comment_id("salt", "ann", "k")
    assert keys.parse_comment_id(keys.comment_id("salt", "ann", "k"))


@given(st.tuples(st.text(), st.text(), st.text()), st.tuples(st.text(), st.text(), st.text()))
def test_different_requests_name_different_comments(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert (keys.comment_id(*one) == keys.comment_id(*other)) == (one == other)


def test_ids_do_not_tell_the_subject_without_the_salt() -> None:
    assert keys.author_id("salt", "ann") != keys.author_id("other salt", "ann")
    assert keys.author_id("salt", "ann") != keys.comment_id("salt", "ann", "")


@pytest.mark.parametrize("bad", ["", "a/b", "a b", "ä", "x" * 129, "a\n", "a#b", "%41"])
def test_article_ids_outside_the_alphabet_are_malformed(bad: str) -> None:
    with pytest.raises(Malformed) as refused:
        keys.parse_article_id(bad)

    assert refused.value.field == "article_id"


@pytest.mark.parametrize("bad", [None, "", " ", "a b", "ä", "x" * 256, "a\n"])
def test_idempotency_keys_must_be_visible_ascii(bad: str | None) -> None:
    with pytest.raises(Malformed) as refused:
        keys.parse_idempotency_key(bad)

    assert refused.value.field == "Idempotency-Key"


@given(st.text(), st.text(st.characters(exclude_categories=["C", "Z"])))
def test_a_cursor_leads_back_to_its_place(scope: str, position: str) -> None:
    assert keys.decode_cursor(scope, keys.encode_cursor(scope, position)) == position


@given(st.text(), st.text())
def test_a_cursor_of_another_list_is_refused(scope: str, other: str) -> None:
    cursor = keys.encode_cursor(scope, "x")

    if scope == other:
        assert keys.decode_cursor(other, cursor) == "x"
    else:
        with pytest.raises(Malformed):
            keys.decode_cursor(other, cursor)


@given(st.text())
def test_any_other_text_is_no_cursor(text: str) -> None:
    with pytest.raises(Malformed) as refused:
        keys.decode_cursor("scope", text)

    assert refused.value.field == "cursor"


def test_shards_are_used_evenly() -> None:
    used = [keys.shard(f"id {number}", 4) for number in range(4000)]

    assert all(850 < used.count(shard) < 1150 for shard in range(4))
