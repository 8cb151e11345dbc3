"""The login: where it leads, whom it lets through, and what it gives to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route
    from tests.browser.conftest import Person
    from tests.stack import DeployedStack

    Somebody = Callable[..., Person]

# The local stack's one page origin; nothing listens there, the tests answer for it.
SITE = "http://localhost:8000"
TOKENS = "JSON.parse(sessionStorage.getItem('parley.session'))"


def expire(person: Person, more: str = "") -> None:
    """Makes the login on this tab one that ended long ago."""
    expired = f"{{...{TOKENS}, expiresAt: 0, {more}}}"
    person.page.evaluate(f"sessionStorage.setItem('parley.session', JSON.stringify({expired}))")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
    ],
)
def test_the_login_leads_to_no_other_site(stack: DeployedStack, somebody: Somebody, target: str) -> None:
    ann = somebody().open(f"/login/?return_to={quote(target, safe='')}")

    ann.enter_password(ann.page, "ann")

    ann.page.wait_for_url(f"{stack.origin}/demo/")


def test_after_the_login_no_code_or_token_stands_in_an_address(somebody: Somebody) -> None:
    ann = somebody().open("/demo/?from=mail#comments").log_in("ann")
    expect(ann.page.get_by_text("Logged in as Ann Example")).to_be_visible()

    assert ann.page.url.endswith("/demo/?from=mail#comments")
    ann.page.go_back()
    assert "code=" not in ann.page.url


@pytest.mark.parametrize("query", ["code=stolen&state=guessed", "error=access_denied&state=x", "code=stolen"])
def test_an_answer_that_nobody_asked_for_logs_nobody_in(somebody: Somebody, query: str) -> None:
    visitor = somebody().open(f"/login/?{query}")

    expect(visitor.page.get_by_text("This login was not started in this window")).to_be_visible()
    assert visitor.page.evaluate(TOKENS) is None


def test_an_answer_to_another_question_logs_nobody_in(somebody: Somebody) -> None:
    visitor = somebody().open("/login/?return_to=/demo/")
    expect(visitor.page.get_by_label("Password")).to_be_visible()

    visitor.open("/login/?code=stolen&state=guessed")

    expect(visitor.page.get_by_text("This login was not started in this window")).to_be_visible()
    assert visitor.page.evaluate(TOKENS) is None


def test_a_token_of_another_login_is_refused(stack: DeployedStack, somebody: Somebody) -> None:
    visitor = somebody()
    another = {"id_token": stack.token("ben")}
    headers = {"Access-Control-Allow-Origin": "*"}
    visitor.page.route("**/oauth2/token", lambda route: route.fulfill(json=another, headers=headers))

    visitor.open("/login/?return_to=/demo/")
    visitor.enter_password(visitor.page, "ann")

    expect(visitor.page.get_by_text("The answer belongs to another login.")).to_be_visible()
    assert visitor.page.evaluate(TOKENS) is None


def test_a_login_that_ends_is_renewed_silently(somebody: Somebody) -> None:
    ann = somebody().open().log_in("ann")
    expect(ann.page.get_by_text("Logged in as Ann Example")).to_be_visible()
    expire(ann)

    ann.page.reload()

    expect(ann.page.get_by_text("Logged in as Ann Example")).to_be_visible()
    assert ann.page.evaluate(f"{TOKENS}.expiresAt > Date.now()")


def test_a_login_that_cannot_be_renewed_is_asked_for_again_and_the_text_stays(somebody: Somebody) -> None:
    ann = somebody().open().log_in("ann")
    ann.page.get_by_label("Your comment", exact=True).fill("The lake in the morning")
    expire(ann, "refreshToken: 'not one'")
    ann.page.get_by_role("button", name="Post comment").click()

    expect(ann.page.get_by_text("Your login has ended. What you wrote is kept.")).to_be_visible()
    ann.page.get_by_role("link", name="Log in again").click()
    ann.enter_password(ann.page, "ann")

    expect(ann.page.get_by_label("Your comment", exact=True)).to_have_value("The lake in the morning")


def test_logging_out_forgets_the_tokens_and_comes_back(stack: DeployedStack, somebody: Somebody) -> None:
    ann = somebody().open().log_in("ann")

    ann.page.get_by_role("link", name="Log out").click()

    expect(ann.page.get_by_role("link", name="Log in to comment")).to_be_visible()
    assert ann.page.url == f"{stack.origin}/demo/"
    assert ann.page.evaluate(TOKENS) is None


def test_a_page_of_the_site_gets_the_token_from_a_window_of_its_own(
    stack: DeployedStack, somebody: Somebody
) -> None:
    ann = somebody()
    html = f"""<!doctype html><title>A site</title><script src="{stack.origin}/embed.js" async></script>
        <parley-comments article-id="demo-article"></parley-comments>"""
    ann.page.context.route(f"{SITE}/**", lambda route: route.fulfill(body=html, content_type="text/html"))
    ann.page.goto(f"{SITE}/news")

    with ann.page.expect_popup() as opened:
        ann.page.get_by_role("link", name="Log in to comment").click()
    with opened.value.expect_event("close"):
        ann.enter_password(opened.value, "ann")

    expect(ann.page.get_by_text("Logged in as Ann Example")).to_be_visible()
    said = ann.post("This is written on the site's own page about the night train.")
    assert said == "Thank you. Your comment is published."
    # What renews the login is in no storage of the site's, and renews it all the same.
    assert ann.page.evaluate(f"{TOKENS}.refreshToken") is None
    expire(ann)
    assert ann.post("And this is written when the first token has ended.") == said
    assert ann.page.evaluate(f"{TOKENS}.expiresAt > Date.now()")


def test_other_pages_get_no_token(somebody: Somebody) -> None:
    visitor = somebody().open(f"/login/?origin={quote('https://evil.example', safe='')}")

    expect(visitor.page.get_by_text("not for the pages of https://evil.example")).to_be_visible()


def token_until(expires_at: str) -> str:
    """For a page's script: a token that nobody has signed."""
    claims = f"btoa(JSON.stringify({{sub: 'x', name: 'Somebody', exp: {expires_at}}}))"
    return f"`e30.${{{claims}}}.x`"


def test_a_site_hands_over_tokens_of_its_own_and_fresh_ones_when_they_end(
    stack: DeployedStack, somebody: Somebody
) -> None:
    ann = somebody().open_article("handed-over", attributes='login-url="/sign-in"')
    expect(ann.page.get_by_role("link", name="Log in to comment")).to_be_visible()

    ann.page.evaluate(
        f"""good => {{
            window.wishes = [];
            const bad = {token_until("Date.now() / 1000 + 3600")};
            document.querySelector("parley-comments").getToken = async (wish) => {{
                window.wishes.push(wish.isRefused);
                return wish.isRefused ? good : bad;
            }};
        }}""",
        stack.token("ann"),
    )

    # The first token is refused; the section asks again before anybody notices.
    expect(ann.page.get_by_text("Logged in as")).to_be_visible()
    assert ann.post("Written with the second token that the site gave.").startswith("Thank you.")
    wishes = ann.page.evaluate("window.wishes")
    assert (wishes[0], wishes[-1]) == (False, True)
    # A login that the site has given is the site's to end, and stays out of the tab's storage.
    expect(ann.page.get_by_text("Log out")).to_have_count(0)
    assert ann.page.evaluate(TOKENS) is None


def test_a_site_sets_its_callback_before_the_script_has_arrived_and_is_asked_when_a_token_ends(
    stack: DeployedStack, somebody: Somebody
) -> None:
    ann = somebody()
    held: list[Route] = []
    ann.page.route("**/assets/section-*.js", lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks it
    ann.open_article("set-early")
    ann.page.evaluate(
        f"""good => {{
            const tokens = [{token_until("Date.now() / 1000 + 30")}, good];
            document.querySelector("parley-comments").getToken = () => tokens.shift() ?? good;
        }}""",
        stack.token("ann"),
    )

    held[0].fallback()

    # The first one ends within the minute, so it is not used for long.
    expect(ann.page.get_by_label("Your comment", exact=True)).to_be_visible()
    assert ann.post("Written with a token that came before the script.").startswith("Thank you.")


def test_while_nobody_is_logged_in_at_the_site_there_is_the_way_to_its_login(somebody: Somebody) -> None:
    reader = somebody().open_article("nobody-yet", attributes='login-url="/sign-in"')

    reader.page.evaluate("document.querySelector('parley-comments').getToken = async () => null")

    expect(reader.page.get_by_role("link", name="Log in to comment")).to_have_attribute(
        "href", f"{reader.stack.origin}/sign-in"
    )
    expect(reader.page.get_by_role("textbox")).to_have_count(0)
