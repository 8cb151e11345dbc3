"""Authors, what is imposed on them, and articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parley import keys, requests
from parley.author import MAX_SANCTIONS_SHOWN
from parley.author_items import article_from_item, author_from_item, sanction_from_item
from parley.items import policy_from_item, unmarshal_item
from parley.store.table import Table, translated_errors

if TYPE_CHECKING:
    from parley.article import Article
    from parley.author import AuthorRecord, Turn
    from parley.job import Job
    from parley.policy import Policy
    from parley.sanction import Sanction


class Authors(Table):
    """Reads and changes of authors and articles."""

    def take_turn(self, turn: Turn) -> None:
        """Write an author's own act that changes no comment.

        Raises:
            ConditionFailed: They have had another turn, or something was imposed on them.
        """
        self._transact(requests.take_turn(self._table, turn))

    def author(self, sub: str, author_id: str) -> AuthorRecord:
        """An author; somebody of whom nothing is known if there is no item."""
        return author_from_item(self._get(keys.author_key(sub)), sub=sub, author_id=author_id)

    def author_and_policy(self, sub: str, author_id: str) -> tuple[AuthorRecord, Policy]:
        """An author, and the rules in force."""
        found = self._read({"author": keys.author_key(sub), "policy": keys.policy_key()})
        author = author_from_item(found["author"], sub=sub, author_id=author_id)
        return author, policy_from_item(found["policy"]).policy

    def author_of(self, author_id: str) -> AuthorRecord | None:
        """The author whose derived id this is; None if there is none."""
        pointer = self._get(keys.author_pointer_key(author_id))
        return self.author(pointer["sub"], author_id) if pointer else None

    def sanctions(self, author: AuthorRecord) -> list[Sanction]:
        """The latest of what moderators have imposed on an author, newest first."""
        versions = range(author.version, max(0, author.version - MAX_SANCTIONS_SHOWN), -1)
        found = self._read({str(v): keys.sanction_key(author.sub, v) for v in versions}) if versions else {}
        return [sanction_from_item(item) for item in found.values() if item]

    def impose(self, before: AuthorRecord, after: AuthorRecord, sanction: Sanction, job: Job | None) -> None:
        """Impose something on an author, record it, and start the job that belongs to it; all or nothing.

        Raises:
            ConditionFailed: Somebody else has imposed something since the author was read.
        """
        ordered = requests.put_job(self._table, job) if job else None
        self._transact(requests.sanction(self._table, before, after, sanction, ordered))

    def article(self, article_id: str) -> Article:
        """An article."""
        return article_from_item(self._get(keys.article_key(article_id)), article_id)

    def put_article(self, article: Article) -> Article:
        """Set what moderators may set for an article; the article as it is then."""
        response = self._write(self._client.update_item, requests.put_article(self._table, article))
        return article_from_item(unmarshal_item(response["Attributes"]), article.id)

    def note_moderator(self, sub: str, at: str) -> None:
        """Note that a moderator is at work."""
        with translated_errors():
            self._client.update_item(**requests.note_moderator(self._table, sub, at))

    def moderators_seen(self) -> dict[str, str]:
        """When each moderator (their `sub`) was last at work."""
        item = self._get(keys.moderators_key()) or {}
        prefix = requests.MODERATOR_SEEN
        return {name.removeprefix(prefix): at for name, at in item.items() if name.startswith(prefix)}
