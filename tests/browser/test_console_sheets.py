"""The console's other views: authors, the policy with its simulation, statistics, export."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.moderating import (
    COLLEAGUE,
    NOT_RULES,
    add_colleague,
    clear_queue,
    decide,
    hold,
    moderator,
    submit,
)
from tests.stack import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Locator
    from tests.browser.conftest import Person
    from tests.stack import DeployedStack

    Somebody = Callable[..., Person]


@pytest.fixture(scope="module", autouse=True)
def _some_decisions(stack: DeployedStack) -> None:
    """Comments that were decided, by the policy and by moderators."""
    add_colleague(stack)
    clear_queue(stack)
    for number in range(3):
        submit(stack, f"A calm word about the night train, number {number}.")
    submit(stack, "Go and die, you worthless piece of shit")
    decide(stack, hold(stack), action="approve")
    decide(stack, hold(stack), action="reject", reason="abusive")
    hold(stack)
    # The function that works out both takes its time to start.
    rules = {"policy": {"version": 0}}
    stack.request("POST", "/moderation/policy/simulations", user="mod", json=rules).raise_for_status()


@pytest.fixture
def rules(stack: DeployedStack) -> Iterator[dict[str, Any]]:
    """The rules in force; what a test makes of them is taken back."""
    before = policy_of(stack)
    yield before
    now = policy_of(stack)
    if now["version"] != before["version"]:
        kept = {name: value for name, value in before.items() if name not in NOT_RULES}
        save(stack, {**kept, "version": now["version"]})


def policy_of(stack: DeployedStack) -> dict[str, Any]:
    policy: dict[str, Any] = stack.request("GET", "/moderation/policy", user="mod").json()["policy"]
    return policy


def save(stack: DeployedStack, rules: dict[str, Any], *, user: str = "mod") -> None:
    stack.request("PUT", "/moderation/policy", user=user, json=rules).raise_for_status()


def handle(person: Person, name: str) -> Locator:
    return person.page.get_by_role("slider", name=name, exact=True)


def test_a_threshold_is_moved_by_keys_simulated_and_saved(
    stack: DeployedStack, somebody: Somebody, rules: dict[str, Any]
) -> None:
    mod = moderator(somebody, "policy")
    slider = handle(mod, "Insult: hold from")
    beside = mod.page.get_by_label("What would change")
    expect(beside).to_contain_text("With these rules")
    expect(beside).to_contain_text("None: every comment would end as it did.")

    slider.focus()
    mod.page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "never")
    handle(mod, "Toxicity: hold from").focus()
    mod.page.keyboard.press("End")

    # What was held for these two labels would be published.
    change = beside.locator("details.change").filter(has_text=re.compile("Held.*Published")).first
    expect(change).to_contain_text("moderators approved")
    change.locator("summary").click()
    expect(change).to_contain_text("Only a fool")
    slider.focus()
    mod.page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "1\u00a0%")
    mod.page.keyboard.press("PageUp")
    mod.page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "10\u00a0%")
    mod.page.get_by_label("What the change is for").fill("More to look at")
    mod.page.get_by_role("button", name="Save", exact=True).click()

    saved_as = rules["version"] + 1
    expect(mod.page.get_by_text(f"Saved: version {saved_as} is in force.")).to_be_visible()
    now = policy_of(stack)
    assert now["version"] == saved_as
    assert now["thresholds"]["insult"]["review_at"] == pytest.approx(0.1)
    assert now["note"] == "More to look at"
    expect(mod.page.locator(".versions")).to_contain_text("More to look at")


def test_a_threshold_is_dragged_with_the_mouse(somebody: Somebody, rules: dict[str, Any]) -> None:
    assert rules
    mod = moderator(somebody, "policy")
    slider = handle(mod, "Toxicity: reject from")
    slider.scroll_into_view_if_needed()
    field = slider.locator("xpath=..").bounding_box()
    grip = slider.bounding_box()
    assert field
    assert grip

    mod.page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    mod.page.mouse.down()
    mod.page.mouse.move(field["x"] + field["width"] * 0.75, field["y"] + 20, steps=5)
    mod.page.mouse.up()

    assert float(slider.get_attribute("aria-valuenow") or 0) == pytest.approx(0.75, abs=0.011)
    expect(mod.page.get_by_label("Reject from for Toxicity, empty for never")).to_have_value(
        re.compile("^7[456]")
    )
    mod.page.get_by_role("button", name="Discard").click()
    expect(mod.page.get_by_role("button", name="Save", exact=True)).to_have_count(0)


def test_histograms_show_where_earlier_comments_lie(somebody: Somebody) -> None:
    mod = moderator(somebody, "policy")

    columns = mod.page.locator(".thresholds").first.locator("rect")
    try_again = mod.page.locator(".simulation").get_by_role("button", name="Try again")

    # A simulation may be refused while the stack is busy; a person would ask once more.
    expect(columns.first.or_(try_again)).to_be_visible(timeout=60_000)
    if try_again.is_visible():
        try_again.click()
    expect(columns).to_have_count(60, timeout=60_000)
    heights = [column.evaluate("rect => rect.getBoundingClientRect().height") for column in columns.all()]
    assert max(heights) > 20


def test_what_is_wrong_with_a_rule_is_said_at_its_field(somebody: Somebody, rules: dict[str, Any]) -> None:
    assert rules
    mod = moderator(somebody, "policy")
    hold_from = mod.page.get_by_label("Hold from for Threat, empty for never")
    reject_from = mod.page.get_by_label("Reject from for Threat, empty for never")

    hold_from.fill("90")
    reject_from.fill("20")
    reject_from.press("Tab")
    mod.page.get_by_role("button", name="Save", exact=True).click()

    expect(mod.page.locator(".save-bar").get_by_role("alert")).to_be_visible()
    row = mod.page.get_by_role("group", name="Threat")
    expect(row.locator(".problem")).not_to_be_empty()


def test_who_saved_first_is_named_and_both_ways_are_open(
    stack: DeployedStack, somebody: Somebody, rules: dict[str, Any]
) -> None:
    mod = moderator(somebody, "policy")
    terms = mod.page.get_by_label("Held", exact=False).and_(mod.page.locator("textarea"))
    terms.fill("crypto\nspam*")
    terms.blur()
    theirs = {name: value for name, value in rules.items() if name not in NOT_RULES}
    save(stack, {**theirs, "version": rules["version"], "max_links": 7}, user=COLLEAGUE)

    mod.page.get_by_role("button", name="Save", exact=True).click()
    expect(
        mod.page.get_by_text(f"Cleo Colleague saved version {rules['version'] + 1} first.")
    ).to_be_visible()
    mod.page.get_by_role("button", name="Keep mine").click()
    mod.page.get_by_role("button", name="Save", exact=True).click()

    expect(mod.page.get_by_text(f"Saved: version {rules['version'] + 2} is in force.")).to_be_visible()
    assert policy_of(stack)["held_terms"] == ["crypto", "spam*"]


def test_an_earlier_version_is_looked_at_and_put_in_force_again(
    stack: DeployedStack, somebody: Somebody, rules: dict[str, Any]
) -> None:
    kept = {name: value for name, value in rules.items() if name not in NOT_RULES}
    save(stack, {**kept, "version": rules["version"], "max_links": 9})
    save(stack, {**kept, "version": rules["version"] + 1, "max_links": 1})
    mod = moderator(somebody, "policy")
    links = mod.page.get_by_label("Most links")
    expect(links).to_have_value("1")
    wanted = f"version {rules['version'] + 1}"

    mod.page.get_by_role("button", name=f"Look at it in the form: {wanted}").click()
    expect(links).to_have_value("9")
    mod.page.get_by_role("button", name="Discard").click()
    expect(links).to_have_value("1")
    mod.page.get_by_role("button", name=f"Put in force again …: {wanted}").click()
    mod.page.get_by_role("dialog").get_by_role("button", name="Put in force").click()

    expect(mod.page.get_by_text(f"{wanted.capitalize()} is in force again")).to_be_visible()
    expect(links).to_have_value("9")
    assert policy_of(stack)["max_links"] == 9


def test_statistics_are_drawn_and_stand_as_numbers_beneath(stack: DeployedStack, somebody: Somebody) -> None:
    known = stack.request("GET", "/moderation/statistics?days=7", user="mod").json()["statistics"]
    mod = moderator(somebody, "statistics")

    tiles = mod.page.locator(".tiles")
    expect(tiles).to_contain_text("In the queue")
    volume = mod.page.get_by_role("figure").filter(has_text="What the policy did with new comments")
    expect(volume.locator("rect").first).to_be_attached()
    volume.get_by_text("Numbers").click()
    total = 0
    for cell in volume.locator("tbody td:nth-of-type(1)").all_inner_texts():
        total += int(cell.replace(",", ""))
    assert total >= known["automatic"]["published"]
    expect(mod.page.get_by_role("figure").filter(has_text="waited").locator("rect").first).to_be_attached()
    agreement = mod.page.get_by_role("figure").filter(has_text="How far the model and moderators agree")
    expect(agreement.locator("circle").first).to_be_attached()
    agreement.get_by_text("Numbers").click()
    expect(agreement.locator("tbody tr").first).to_contain_text("%")
    mod.page.get_by_role("button", name="30 days").click()
    expect(mod.page.get_by_role("button", name="30 days")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("kind", ["JSON Lines", "CSV"])
def test_decisions_are_exported_as_a_file(somebody: Somebody, tmp_path: Path, kind: str) -> None:
    mod = moderator(somebody, "export")
    today = datetime.now(UTC).date().isoformat()
    mod.page.get_by_label("From").fill(today)
    mod.page.get_by_label(kind).check()

    with mod.page.expect_download() as got:
        mod.page.get_by_role("button", name="Export").click()

    file = tmp_path / got.value.suggested_filename
    got.value.save_as(file)
    text = file.read_text()
    lines = (
        [json.loads(line) for line in text.splitlines()]
        if kind == "JSON Lines"
        else list(csv.DictReader(io.StringIO(text)))
    )
    assert len(lines) >= 8
    expect(mod.page.get_by_text(f"{len(lines):,} decisions exported.")).to_be_visible()
    assert "A calm word" not in text


def test_an_export_of_many_pages_is_one_file(somebody: Somebody, tmp_path: Path) -> None:
    mod = somebody()

    def answer(route: Any) -> None:
        is_first = "cursor=" not in route.request.url
        link = {"Link": '<decisions?from=x&cursor=second>; rel="next"'} if is_first else {}
        body = "a,b\n1,2\n" if is_first else '3,"four\nlines"\n'
        route.fulfill(body=body, headers={"Content-Type": "text/csv", **link})

    mod.page.route("**/moderation/decisions?**", answer)
    moderator(lambda: mod, "export")
    mod.page.get_by_label("CSV").check()

    with mod.page.expect_download() as got:
        mod.page.get_by_role("button", name="Export").click()

    file = tmp_path / "export.csv"
    got.value.save_as(file)
    assert file.read_text() == 'a,b\n1,2\n3,"four\nlines"\n'
    expect(mod.page.get_by_text("2 decisions exported.")).to_be_visible()


def test_who_has_comments_waiting_is_listed(stack: DeployedStack, somebody: Somebody) -> None:
    waiting = wait_for(lambda: stack.request("GET", "/moderation/queue", user="mod").json()["comments"])
    mod = moderator(somebody, "authors")

    mod.page.get_by_role("rowheader", name="Ann Example").get_by_role("link").click()

    expect(mod.page.get_by_role("heading", level=1, name="Ann Example")).to_be_visible()
    assert waiting[0]["author"]["id"] in mod.page.url


@pytest.mark.parametrize(
    ("view", "what"),
    [
        ("authors", "The queue"),
        ("authors/some-author", "The author"),
        ("comments/some-comment", "The comment"),
        ("policy", "The policy"),
        ("statistics", "The statistics"),
    ],
)
def test_a_view_without_an_answer_says_so_and_asks_again(somebody: Somebody, view: str, what: str) -> None:
    mod = somebody()
    mod.page.route("**/moderation/**", lambda route: route.abort())
    moderator(lambda: mod, view)
    failed = mod.page.get_by_role("heading", name=f"{what} could not be loaded")

    expect(failed).to_be_visible()
    mod.page.unroute_all()
    mod.page.get_by_role("button", name="Try again").first.click()

    expect(failed).to_have_count(0)


def test_an_export_that_breaks_off_says_so(somebody: Somebody) -> None:
    mod = somebody()
    mod.page.route("**/moderation/decisions?**", lambda route: route.abort())
    moderator(lambda: mod, "export")

    mod.page.get_by_role("button", name="Export").click()

    expect(mod.page.get_by_role("alert")).to_contain_text("The export did not come through.")
