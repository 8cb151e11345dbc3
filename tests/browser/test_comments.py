"""The comment section as readers use it, without a login."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect
from tests.browser import seeding
from tests.stack import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page, Route
    from tests.browser.conftest import Person
    from tests.stack import DeployedStack

    Somebody = Callable[..., Person]

PAGE = 20
LONG = "This goes on and on about the night train and the lake. " * 80


def listed(page: Page) -> Locator:
    """The top-level comments."""
    return page.locator("parley-comments .list").first.locator("> li")


def comment(page: Page, text: str) -> Locator:
    """The comment, at whatever depth, with exactly this text."""
    return page.locator("parley-comments .list article").filter(has=page.get_by_text(text, exact=True))


def height(locator: Locator) -> float:
    """How high an element stands on the page, in pixels."""
    box = locator.bounding_box()
    assert box
    return box["height"]


def _listed_first(stack: DeployedStack, article: str) -> dict[str, Any]:
    """The newest comment of an article, as the API has it."""
    first: dict[str, Any] = stack.request("GET", f"/articles/{article}/comments").json()["comments"][0]
    return first


def test_signed_out_there_is_the_list_and_the_way_to_the_login(
    stack: DeployedStack, somebody: Somebody
) -> None:
    seeding.fill(stack, "signed-out", 2)

    reader = somebody().open_article("signed-out")

    expect(comment(reader.page, "Comment number 0 about the night train.")).to_be_visible()
    link = reader.page.get_by_role("link", name="Log in to comment")
    assert (link.get_attribute("href") or "").startswith(f"{stack.origin}/login/?return_to=")
    expect(reader.page.get_by_role("textbox")).to_have_count(0)
    expect(reader.page.get_by_role("button", name=re.compile("Reply|Report|Edit|Remove"))).to_have_count(0)


def test_a_site_names_its_own_login(somebody: Somebody) -> None:
    reader = somebody().open_article("own-login", attributes='login-url="/sign-in?next={url}"')

    link = reader.page.get_by_role("link", name="Log in to comment")

    href = link.get_attribute("href") or ""
    assert href.endswith("/sign-in?next=" + re.sub(":", "%3A", reader.page.url).replace("/", "%2F"))


def test_newest_first_or_oldest_first_a_page_at_a_time(stack: DeployedStack, somebody: Somebody) -> None:
    bodies = [one.body for one in seeding.fill(stack, "pages", 2 * PAGE + 5)]
    page = somebody().open_article("pages").page
    shown = page.locator("parley-comments .body")

    expect(shown).to_have_text(bodies[:PAGE])
    page.get_by_role("button", name="Load more").click()
    expect(shown).to_have_text(bodies[: 2 * PAGE])
    # Whoever uses a keyboard goes on reading where the new page begins.
    expect(listed(page).nth(PAGE).locator("article")).to_be_focused()
    page.get_by_role("button", name="Load more").click()
    expect(shown).to_have_text(bodies)
    expect(page.get_by_role("button", name="Load more")).to_have_count(0)

    page.get_by_label("Order of comments").select_option("Oldest first")
    expect(shown).to_have_text(bodies[::-1][:PAGE])


def test_replies_are_folded_until_somebody_wants_them(stack: DeployedStack, somebody: Somebody) -> None:
    top = seeding.published("folded", 0)
    replies = [
        seeding.published("folded", number, parent_id=top.id, depth=1, minutes_ago=0.5 / number)
        for number in (1, 2)
    ]
    seeding.write(stack, [top, *replies])
    # The number of replies follows the stream.
    wait_for(lambda: _listed_first(stack, "folded")["reply_count"] == len(replies))
    page = somebody().open_article("folded").page
    fold = page.get_by_role("button", name="Show 2 replies")

    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(comment(page, replies[0].body)).to_have_count(0)
    fold.click()
    expect(page.locator("parley-comments .below .body")).to_have_text([reply.body for reply in replies])
    hide = page.get_by_role("button", name="Hide replies")
    expect(hide).to_have_attribute("aria-expanded", "true")
    expect(hide).to_be_focused()
    hide.click()

    expect(comment(page, replies[0].body)).to_be_hidden()


def test_a_link_leads_to_a_comment_wherever_it_stands(stack: DeployedStack, somebody: Somebody) -> None:
    filled = seeding.fill(stack, "linked", 3 * PAGE)
    deep, parent = filled[-2], filled[-4]
    reply = seeding.published("linked", 900, parent_id=parent.id, depth=1, body="A reply to be linked to.")
    seeding.write(stack, [reply])
    page = somebody().open_article("linked", fragment=f"#comment-{deep.id}").page

    expect(comment(page, deep.body)).to_be_focused()
    expect(comment(page, deep.body)).to_be_in_viewport()
    page.evaluate(f"location.hash = '#comment-{parent.id}.{reply.id}'")
    expect(comment(page, reply.body)).to_be_focused()
    expect(comment(page, reply.body)).to_be_in_viewport()

    link = comment(page, reply.body).get_by_role("link", name="Link to this comment")
    expect(link).to_have_attribute("href", f"#comment-{parent.id}.{reply.id}")
    page.evaluate("location.hash = '#comment-aaaaaaaaaaaaaaaaaaaaaaaaaa'")
    expect(page.get_by_text("The comment of this link is not shown here any more.")).to_be_visible()


def test_new_comments_are_announced_and_the_page_does_not_move(
    stack: DeployedStack, somebody: Somebody
) -> None:
    filled = seeding.fill(stack, "watched", PAGE)
    page = somebody().open_article("watched", attributes="refresh=1").page
    first = comment(page, filled[0].body)
    expect(first).to_be_visible()
    first.evaluate("element => element.scrollIntoView({block: 'center'})")
    before = first.bounding_box()

    new = [seeding.published("watched", 100 + number, minutes_ago=-1) for number in range(2)]
    seeding.write(stack, new)
    news = page.get_by_role("button", name="2 new comments")
    expect(news).to_be_visible()
    expect(page.locator("parley-comments [role=status]").first).to_have_text("2 new comments")

    assert first.bounding_box() == before
    expect(listed(page)).to_have_count(PAGE)
    news.click()
    expect(listed(page)).to_have_count(PAGE + 2)
    expect(listed(page).first.locator("article")).to_be_focused()
    expect(news).to_have_count(0)


def test_lists_of_articles_show_how_many_comments_there_are(stack: DeployedStack, somebody: Somebody) -> None:
    seeding.fill(stack, "counted-many", 3)
    seeding.fill(stack, "counted-one", 1)
    markup = "".join(
        f'<p><a href="#"><parley-count article-id="counted-{name}" {more}>Comments</parley-count></a></p>'
        for name, more in (("many", ""), ("one", ""), ("none", ""), ("many", "number"))
    )
    reader, asked = somebody(), []
    reader.page.on(
        "request", lambda request: asked.append(request.url) if "/counts?" in request.url else None
    )
    counts = "/counts?article_id=counted-many&article_id=counted-one"
    # They follow the stream.
    wait_for(lambda: [*stack.request("GET", counts).json()["counts"].values()] == [3, 1])

    reader.open_article("counting", before=markup)

    numbers = reader.page.locator("parley-count")
    expect(numbers).to_have_text(["3 comments", "1 comment", "0 comments", "3"])
    assert len([url for url in asked if "counted-" in url]) == 1


def test_times_are_relative_and_stay_true_and_the_exact_one_is_shown_on_hover(
    stack: DeployedStack, somebody: Somebody
) -> None:
    (one,) = seeding.fill(stack, "times", 1, minutes_ago=3)
    reader = somebody()
    reader.page.clock.install()
    page = reader.open_article("times").page
    when = comment(page, one.body).locator("time")

    expect(when).to_have_text("3 minutes ago")
    expect(when).to_have_attribute("datetime", one.created_at)
    expect(when).to_have_attribute("title", re.compile(r"^\w+, \d+ \w+ \d{4}.* at \d\d:\d\d$"))
    page.clock.fast_forward("02:00:00")
    expect(when).to_have_text("2 hours ago")


def test_addresses_can_be_followed_and_their_text_is_as_written(
    stack: DeployedStack, somebody: Somebody
) -> None:
    body = "See (https://example.org/a_(b)), www.example.org and javascript:alert(1)."
    seeding.write(stack, [seeding.published("addresses", 0, body=body)])
    page = somebody().open_article("addresses").page

    link = comment(page, body).locator(".body a")

    expect(link).to_have_count(1)
    expect(link).to_have_text("https://example.org/a_(b)")
    expect(link).to_have_attribute("href", "https://example.org/a_(b)")
    expect(link).to_have_attribute("rel", "ugc nofollow noopener noreferrer")


def test_a_long_text_is_shown_in_part_until_somebody_wants_all_of_it(
    stack: DeployedStack, somebody: Somebody
) -> None:
    seeding.write(stack, [seeding.published("long", 0, body=LONG)])
    page = somebody().open_article("long").page
    body = page.locator("parley-comments .body")
    expect(body).to_be_visible()
    short = height(body)

    page.get_by_role("button", name="Show all of it").click()

    assert height(body) > 1.5 * short
    expect(page.get_by_role("button", name="Show all of it")).to_have_count(0)


def test_a_removed_comment_keeps_its_place_without_its_text(stack: DeployedStack, somebody: Somebody) -> None:
    seeding.fill(stack, "kept", 2)
    content = stack.request("GET", "/articles/kept/comments").json()
    content["comments"][0] |= {"status": "removed", "body": "", "author": {"id": "", "name": ""}}
    reader = somebody()
    reader.page.route("**/articles/kept/comments*", lambda route: route.fulfill(json=content))

    reader.open_article("kept")

    removed = listed(reader.page).first
    expect(removed.get_by_text("This comment was removed.")).to_be_visible()
    expect(removed.locator(".name")).to_have_count(0)


def test_on_paper_there_are_the_comments_and_a_sentence_that_explains(
    stack: DeployedStack, somebody: Somebody
) -> None:
    (one,) = seeding.fill(stack, "printed", 1)
    page = somebody().open_article("printed").page
    expect(comment(page, one.body)).to_be_visible()

    page.emulate_media(media="print")

    expect(comment(page, one.body)).to_be_visible()
    expect(page.get_by_text("Comments as they were shown on")).to_contain_text(page.url)
    expect(page.get_by_role("link", name="Log in to comment")).to_be_hidden()
    expect(page.get_by_label("Order of comments")).to_be_hidden()


def test_without_scripts_a_sentence_says_what_is_missing(somebody: Somebody) -> None:
    reader = somebody(has_scripts=False).open()

    sentence = reader.page.locator("parley-comments noscript p")
    expect(sentence).to_be_visible()
    expect(sentence).to_contain_text("Reading and writing comments here needs JavaScript")


def test_a_script_that_does_not_arrive_leaves_a_sentence(somebody: Somebody) -> None:
    reader = somebody()
    reader.page.route("**/assets/section-*.js", lambda route: route.abort())

    reader.open_article("broken")

    expect(reader.page.get_by_text("The comments could not be loaded.")).to_be_visible()


def test_an_article_without_an_answer_says_so_and_can_be_asked_again(
    stack: DeployedStack, somebody: Somebody
) -> None:
    (one,) = seeding.fill(stack, "unanswered", 1)
    reader = somebody()
    reader.page.route("**/articles/unanswered/comments*", lambda route: route.abort())

    reader.open_article("unanswered")
    expect(reader.page.get_by_role("alert")).to_contain_text("The comments could not be loaded.")
    reader.page.unroute_all()
    reader.page.get_by_role("button", name="Try again").click()

    expect(comment(reader.page, one.body)).to_be_visible()
    expect(reader.page.get_by_role("alert")).to_have_count(0)


def test_a_link_that_gets_no_answer_calls_no_comment_gone(stack: DeployedStack, somebody: Somebody) -> None:
    (one,) = seeding.fill(stack, "unanswered-link", 1)
    reader = somebody()
    reader.page.route("**/articles/unanswered-link/comments*", lambda route: route.abort())

    reader.open_article("unanswered-link", attributes="refresh=0", fragment=f"#comment-{one.id}")
    reader.page.wait_for_load_state("networkidle")
    expect(reader.page.get_by_role("alert")).to_contain_text("The comments could not be loaded.")
    reader.page.unroute_all()
    reader.page.get_by_role("button", name="Try again").click()

    expect(comment(reader.page, one.body)).to_be_visible()
    expect(reader.page.get_by_text("The comment of this link")).to_have_count(0)


def test_on_a_slow_line_the_section_says_that_it_is_loading(stack: DeployedStack, somebody: Somebody) -> None:
    (one,) = seeding.fill(stack, "slow", 1)
    reader = somebody()
    waiting: list[Route] = []
    reader.page.route("**/articles/slow/comments*", lambda route: waiting.append(route))  # noqa: PLW0108  # Playwright marks it

    reader.open_article("slow")
    expect(reader.page.get_by_text("Loading …")).to_be_visible()
    expect(reader.page.get_by_role("link", name="Log in to comment")).to_be_visible()
    waiting[0].continue_()

    expect(comment(reader.page, one.body)).to_be_visible()
    expect(reader.page.get_by_text("Loading …")).to_have_count(0)


def test_an_article_that_nobody_has_commented_on_says_so(somebody: Somebody) -> None:
    page = somebody().open_article("silent").page

    expect(page.get_by_text("No comments yet.")).to_be_visible()


def test_a_page_that_changes_its_article_gets_the_other_comments(
    stack: DeployedStack, somebody: Somebody
) -> None:
    (one,) = seeding.fill(stack, "before", 1, body="A comment on the first article.")
    (other,) = seeding.fill(stack, "after", 1, body="A comment on the second article.")
    page = somebody().open_article("before").page
    expect(comment(page, one.body)).to_be_visible()

    page.evaluate("document.querySelector('parley-comments').setAttribute('article-id', 'after')")

    expect(comment(page, other.body)).to_be_visible()
    expect(comment(page, one.body)).to_have_count(0)
