from tests.factories import COMMENT_ID, NOW, approval, comment, held, rejection

from parley import changes, requests
from parley.comment import Decision, ReviewCause, Status
from parley.counting import Counted
from parley.policy import Policy, SavedPolicy
from parley.signals import Signals


def test_a_new_comment_and_its_history_must_not_exist_yet() -> None:
    put, entry, _ = requests.change("table", changes.submitted(comment()))["TransactItems"]

    assert put["Put"]["ConditionExpression"] == "attribute_not_exists(PK)"
    assert entry["Put"]["ConditionExpression"] == "attribute_not_exists(PK)"
    assert entry["Put"]["Item"]["SK"] == {"S": "HISTORY#000001"}


def test_a_decision_is_made_only_on_the_version_that_was_seen() -> None:
    made = changes.decide(held(version=4), approval(version=4), now=NOW)

    update, entry, _ = requests.change("table", made)["TransactItems"]

    assert update["Update"]["ConditionExpression"] == (
        "#version = :seen AND (attribute_not_exists(#lease) OR #lease.moderator = :moderator"
        " OR #lease.expires_at <= :now)"
    )
    assert update["Update"]["ExpressionAttributeValues"][":moderator"] == {"S": "mo"}
    assert update["Update"]["ExpressionAttributeValues"][":seen"] == {"N": "4"}
    assert update["Update"]["ExpressionAttributeValues"][":version"] == {"N": "5"}
    assert entry["Put"]["Item"]["SK"] == {"S": "HISTORY#000005"}


def test_an_approval_sets_the_page_and_removes_the_queue_and_touches_nothing_else() -> None:
    made = changes.decide(held(), approval(), now=NOW)

    update, *_ = requests.change("table", made)["TransactItems"]

    setting, _, removing = update["Update"]["UpdateExpression"].partition(" REMOVE ")
    assert {part.split("#")[1].split(" ")[0] for part in setting.split(", ")} == {
        "pages_pk",
        "pages_sk",
        "status",
        "version",
        "decided_at",
        "decided_by",
    }
    assert set(removing.split(", ")) == {"#queue_pk", "#queue_sk", "#review", "#lease"}


def test_what_is_rejected_once_more_on_another_day_counts_for_that_day() -> None:
    rejected = comment(status=Status.REJECTED, decided_at="2026-11-20T12:00:00.000Z")

    *_, author = requests.change("table", changes.decide(rejected, rejection(), now=NOW))["TransactItems"]

    names = author["Update"]["ExpressionAttributeNames"]
    values = author["Update"]["ExpressionAttributeValues"]
    added = {name: values[f":{alias[1:]}"] for alias, name in names.items()}
    assert added == {"rejected_2026-11-20": {"N": "-1"}, "rejected_2026-11-23": {"N": "1"}}


def test_a_later_score_asks_for_the_version_alone() -> None:
    made = changes.rescored(
        held(ReviewCause.UNSCORED),
        Decision(Status.PUBLISHED, (), 1),
        scores={"toxicity": 0.1},
        signals=Signals(),
        model="m",
        policy_version=0,
        now=NOW,
    )

    update, *_ = requests.change("table", made)["TransactItems"]

    assert update["Update"]["ConditionExpression"] == "#version = :seen"


def test_a_policy_follows_the_version_it_was_made_from() -> None:
    version, current = requests.save_policy("table", SavedPolicy(Policy(version=3)))["TransactItems"]

    assert version["Put"]["Item"]["SK"] == {"S": "VERSION#000003"}
    assert current["Put"]["Item"]["SK"] == {"S": "CURRENT"}
    assert current["Put"]["ConditionExpression"] == "#version = :before"
    assert current["Put"]["ExpressionAttributeValues"] == {":before": {"N": "2"}}


def test_counting_adds_to_article_and_parent_behind_a_marker() -> None:
    counted = Counted(COMMENT_ID, 3, "a-1", "parent", -1, replies=-1)

    marker, article, parent = requests.count("table", counted, expires_at=5)["TransactItems"]

    assert marker["Put"]["Item"]["SK"] == {"S": "COUNTED#000003"}
    assert marker["Put"]["ConditionExpression"] == "attribute_not_exists(PK)"
    assert article["Update"]["Key"]["PK"] == {"S": "ARTICLE#a-1"}
    assert parent["Update"]["ConditionExpression"] == "attribute_exists(PK)"
    assert article["Update"]["ExpressionAttributeValues"] == {":0": {"N": "-1"}}


def test_reading_counts_names_the_only_attributes_the_reader_may_see() -> None:
    (read,) = requests.counts_read("table", ["a-1"])["RequestItems"].values()

    assert read["ProjectionExpression"] == "PK, comment_count"


def test_a_list_is_continued_behind_a_sort_key_in_its_direction() -> None:
    newest = requests.query("table", "pages", "ARTICLE#a-1", limit=3, after="x", is_ascending=False)

    assert newest["KeyConditionExpression"] == "pages_pk = :partition AND pages_sk < :after"
    assert newest["Limit"] == 3
