"""Earlier texts of edited comments, and what is set for articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parley import keys
from parley.items import Item, marshal, marshal_item

if TYPE_CHECKING:
    from parley.article import Article
    from parley.comment import Comment
    from parley.requests.reads import Request


def put_revision(table: str, comment: Comment, *, replaced_at: str) -> Request:
    """An action that puts the text aside that a comment has now."""
    item: Item = {
        **keys.revision_key(comment.id, comment.version),
        "version": comment.version,
        "body": comment.body,
        "replaced_at": replaced_at,
    }
    return {"Put": {"TableName": table, "Item": marshal_item(item)}}


def remove_revision(table: str, comment_id: str, version: int) -> Request:
    """An action that removes an earlier text."""
    return {"Delete": {"TableName": table, "Key": marshal_item(keys.revision_key(comment_id, version))}}


def put_article(table: str, article: Article) -> Request:
    """An update that sets what moderators may set for an article; its counts stay as they are."""
    return {
        "TableName": table,
        "Key": marshal_item(keys.article_key(article.id)),
        "UpdateExpression": "SET #state = :state, changed_at = :at, changed_by = :by"
        + (", closes_at = :closes" if article.closes_at else " REMOVE closes_at"),
        "ExpressionAttributeNames": {"#state": "state"},
        "ExpressionAttributeValues": {
            ":state": marshal(article.state),
            ":at": marshal(article.changed_at),
            ":by": marshal(article.changed_by),
            **({":closes": marshal(article.closes_at)} if article.closes_at else {}),
        },
        "ReturnValues": "ALL_NEW",
    }
