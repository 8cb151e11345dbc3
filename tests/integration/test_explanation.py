from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.factories import NOW, SALT, approval, comment, held
from tests.integration.calls import call

import toxicity
from parley import changes, keys, moderation
from parley.comment import Comment, ReviewCause
from toxicity import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from parley.store import Store

    Load = Callable[[str], ModuleType]

INSULT = "The figures are wrong, and whoever wrote this is a complete idiot."


def put(store: Store, made: Comment) -> Comment:
    store.apply(changes.submitted(made))
    return made


def path(comment_id: str) -> str:
    return f"/moderation/comments/{comment_id}/explanation"


def test_the_words_that_drove_a_score_are_named_where_they_stand(load_function: Load, store: Store) -> None:
    made = put(store, held(body=INSULT))

    status, answer = call(load_function("insights"), "GET", path(made.id))

    assert status == 200
    assert answer["model"] == toxicity.Scorer.load().model
    strongest = answer["explanation"]["toxicity"][0]
    assert strongest["text"] == "idiot"
    assert INSULT[strongest["start"] : strongest["end"]] == "idiot"
    assert strongest["weight"] > 1


def test_a_decided_comment_is_explained_too(load_function: Load, store: Store) -> None:
    made = put(store, held(body=INSULT))
    moderation.decide(store, made.id, approval(), now=NOW)

    status, answer = call(load_function("insights"), "GET", path(made.id))

    assert (status, answer["explanation"]["toxicity"][0]["text"]) == (200, "idiot")


def test_nothing_is_explained_while_a_comment_is_blind(load_function: Load, store: Store) -> None:
    made = put(store, held(ReviewCause.AUDIT, body=INSULT))

    status, answer = call(load_function("insights"), "GET", path(made.id))

    assert (status, answer["explanation"]) == (200, {})


@pytest.mark.parametrize(
    ("comment_id", "status"), [(keys.comment_id(SALT, "ann", "nowhere"), 404), ("x", 400)]
)
def test_what_is_no_comment_has_no_explanation(load_function: Load, comment_id: str, status: int) -> None:
    assert call(load_function("insights"), "GET", path(comment_id))[0] == status


def test_explanations_are_for_moderators(load_function: Load, store: Store) -> None:
    made = put(store, comment())

    assert call(load_function("insights"), "GET", path(made.id), groups="[readers]")[0] == 403


def test_a_model_that_fails_is_said_so_and_asked_again(
    load_function: Load, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = put(store, held(body=INSULT))
    function = load_function("insights")

    def broken() -> Any:
        raise ModelError("model.onnx is not the file that the manifest names")

    with monkeypatch.context() as patch:
        patch.setattr(toxicity.Scorer, "load", broken)
        status, problem = call(function, "GET", path(made.id))

    assert (status, problem["type"]) == (503, "urn:parley:problem:unavailable")
    assert call(function, "GET", path(made.id))[0] == 200


def test_other_questions_do_not_wait_for_the_model(
    load_function: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toxicity.Scorer, "load", lambda: pytest.fail("the model was loaded"))

    assert call(load_function("insights"), "GET", "/moderation/model")[0] == 200
