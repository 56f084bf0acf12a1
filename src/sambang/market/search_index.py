"""The search index of items: a text of each item with a trigram index, kept by triggers of the database.

The text of an item is its name, its IKM's name, its sentra's name, and on the second line its description. Triggers
write it in the transaction that changes one of them, whoever makes the change. They are created after every `migrate`,
as in audit/append_only.py. The index holds every item: whoever reads it asks for what is public among its answers.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, connections, transaction

SEARCH_TEXT_SQL = """SELECT item.id, item.name || ' ' || business.name || ' ' || COALESCE(cluster.name, '') || {newline}
      || item.description FROM market_item AS item JOIN registry_business AS business ON business.id = item.business_id
      LEFT JOIN registry_cluster AS cluster ON cluster.id = business.cluster_id"""
# Trigger: (table, event, condition on OLD and NEW, which items change).
CHANGE_QUERIES = {
    "item_is_added": ("market_item", "INSERT", "", "id = NEW.id"),
    "item_is_changed": (
        "market_item",
        "UPDATE OF name, description, business_id",
        """OLD.name {differs} NEW.name OR OLD.description {differs} NEW.description
        OR OLD.business_id {differs} NEW.business_id""",
        "id = NEW.id",
    ),
    "item_is_deleted": ("market_item", "DELETE", "", "id = OLD.id"),
    "business_is_changed": (
        "registry_business",
        "UPDATE OF name, cluster_id",
        "OLD.name {differs} NEW.name OR OLD.cluster_id {differs} NEW.cluster_id",
        "business_id = NEW.id",
    ),
    "cluster_is_renamed": (
        "registry_cluster",
        "UPDATE OF name",
        "OLD.name {differs} NEW.name",
        "business_id IN (SELECT id FROM registry_business WHERE cluster_id = NEW.id)",
    ),
}
SQLITE = (
    """CREATE TABLE IF NOT EXISTS market_search
    (id integer PRIMARY KEY AUTOINCREMENT, item_id char(32) NOT NULL UNIQUE, text text NOT NULL)""",
    """CREATE VIRTUAL TABLE IF NOT EXISTS market_search_trigrams
    USING fts5(text, content='market_search', content_rowid='id', tokenize='trigram')""",
    """CREATE TRIGGER IF NOT EXISTS market_search_is_added AFTER INSERT ON market_search BEGIN
    INSERT INTO market_search_trigrams(rowid, text) VALUES (NEW.id, NEW.text); END""",
    """CREATE TRIGGER IF NOT EXISTS market_search_is_deleted AFTER DELETE ON market_search BEGIN
    INSERT INTO market_search_trigrams(market_search_trigrams, rowid, text) VALUES ('delete', OLD.id, OLD.text); END""",
)
POSTGRESQL = (
    """CREATE TABLE IF NOT EXISTS market_search (item_id uuid PRIMARY KEY, text text NOT NULL,
    changed_in bigint NOT NULL DEFAULT txid_current(), changed_at timestamptz NOT NULL DEFAULT clock_timestamp())""",
    "CREATE INDEX IF NOT EXISTS market_search_newest ON market_search (changed_in, changed_at)",
)
INDEX_VERSION_SQL = {
    "sqlite": "SELECT id, item_id FROM market_search ORDER BY id DESC LIMIT 1",
    "postgresql": "SELECT changed_in, changed_at, item_id FROM market_search"
    " ORDER BY changed_in DESC, changed_at DESC LIMIT 1",
}
POSTGRESQL_TRIGRAMS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX IF NOT EXISTS market_search_trigrams ON market_search USING gin (text gin_trgm_ops)",
)
MIN_TRIGRAM_LENGTH = 3  # letters


def create_search_index(*, using: str, **_signal: Any) -> None:
    """Receiver of post_migrate. Idempotent."""
    database = connections[using]
    if "market_item" not in database.introspection.table_names():
        return
    sqlite = database.vendor == "sqlite"
    with database.cursor() as cursor:
        for statement in SQLITE if sqlite else POSTGRESQL:
            cursor.execute(statement)
        if not sqlite:
            _create_trigrams(cursor, using)
        for name, change in CHANGE_QUERIES.items():
            for statement in _sqlite_trigger(name, *change) if sqlite else _postgresql_trigger(name, *change):
                cursor.execute(statement)
        text = SEARCH_TEXT_SQL.format(newline="char(10)" if sqlite else "chr(10)")
        missing = "WHERE NOT EXISTS (SELECT 1 FROM market_search WHERE item_id = item.id)"
        cursor.execute(f"INSERT INTO market_search(item_id, text) {text} {missing}")  # our own names


def drop_triggers(*, using: str, **_signal: Any) -> None:
    """Receiver of pre_migrate: SQLite does not rename a table, as a migration does, that a trigger of another names."""
    if connections[using].vendor == "sqlite":
        with connections[using].cursor() as cursor:
            for name in CHANGE_QUERIES:
                cursor.execute(f"DROP TRIGGER IF EXISTS market_search_{name}")


def _create_trigrams(cursor: Any, using: str) -> None:
    """A server without pg_trgm searches without an index: the same answers, later."""
    try:
        with transaction.atomic(using=using):
            for statement in POSTGRESQL_TRIGRAMS:
                cursor.execute(statement)
    except DatabaseError:
        return


def _sqlite_trigger(name: str, table: str, event: str, condition: str, changed: str) -> list[str]:
    when = f"WHEN {condition.format(differs='IS NOT')}" if condition else ""
    return [
        f"""CREATE TRIGGER IF NOT EXISTS market_search_{name} AFTER {event} ON {table} FOR EACH ROW {when}
        BEGIN {_update(event, changed, newline="char(10)")} END"""
    ]


def _postgresql_trigger(name: str, table: str, event: str, condition: str, changed: str) -> list[str]:
    """The owner of the tables writes the index, whoever changes the item."""
    when = f"WHEN ({condition.format(differs='IS DISTINCT FROM')})" if condition else ""
    function = f"""CREATE OR REPLACE FUNCTION market_search_{name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS
        $$ BEGIN {_update(event, changed, newline="chr(10)")} RETURN NULL; END $$"""
    trigger = f"""CREATE OR REPLACE TRIGGER market_search_{name} AFTER {event} ON {table} FOR EACH ROW {when}
        EXECUTE FUNCTION market_search_{name}()"""
    return [function, trigger]


def _update(event: str, changed: str, *, newline: str) -> str:
    """The statements of a trigger: the texts of the items under the condition `changed` are written anew."""
    if event == "DELETE":
        return "DELETE FROM market_search WHERE item_id = OLD.id;"
    items = f"(SELECT id FROM market_item WHERE {changed})"  # noqa: S608 # our own names
    texts = SEARCH_TEXT_SQL.format(newline=newline)
    return f"""DELETE FROM market_search WHERE item_id IN {items};
        INSERT INTO market_search(item_id, text) {texts} WHERE item.id IN {items};"""  # noqa: S608


def matching_items(search_terms: Collection[str], *, most: int) -> list[UUID] | None:
    """The keys of the items whose text contains every word, public or not; None if there are more than `most`, or if
    all words are too short for the index."""
    long = [word for word in search_terms if len(word) >= MIN_TRIGRAM_LENGTH]
    if not long:
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            phrases = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
            cursor.execute(
                "SELECT item_id FROM market_search WHERE id IN (SELECT rowid FROM market_search_trigrams"
                " WHERE market_search_trigrams MATCH %s LIMIT %s)",
                [phrases, most + 1],
            )
        else:
            contains = " AND ".join(["text ILIKE %s"] * len(long))
            patterns = [f"%{connection.ops.prep_for_like_query(word)}%" for word in long]
            statement = f"SELECT item_id FROM market_search WHERE {contains} LIMIT %s"  # noqa: S608 # our own names
            cursor.execute(statement, [*patterns, most + 1])
        keys = [UUID(str(key)) for (key,) in cursor.fetchall()]
    return keys if len(keys) <= most else None


def index_version() -> tuple[object, ...]:
    """Changes whenever an item is added, or the text of one changes."""
    with connection.cursor() as cursor:
        cursor.execute(INDEX_VERSION_SQL[connection.vendor])
        return tuple(cursor.fetchone() or ())


def indexed_names() -> list[str]:
    """The names of each item, its IKM and its sentra."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM market_search")
        return [text.partition("\n")[0] for (text,) in cursor.fetchall()]
