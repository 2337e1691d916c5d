"""The demo pack is whole: whatever pack.json names is there and reads without a refusal."""

import json
from datetime import UTC, datetime

from whoknows.demo import pack_folder
from whoknows.interop.importers.archive import ArchiveSource
from whoknows.interop.importers.markdown_aids import MarkdownAidsSource
from whoknows.interop.importers.records import (
    AidRecord,
    AnswerRecord,
    PersonRecord,
    QuestionRecord,
    Refused,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_archive_reads_without_a_refusal_and_links_every_author() -> None:
    items = list(ArchiveSource(pack_folder() / "quantum-commons", now=NOW).records())

    assert not [item for item in items if isinstance(item, Refused)]
    people = [item for item in items if isinstance(item, PersonRecord)]
    assert not [person for person in people if person.email]
    assert all(p.url or p.key.startswith("name:") for p in people)
    assert all(item.url for item in items if isinstance(item, QuestionRecord | AnswerRecord))


def test_every_aid_names_its_source_and_licence() -> None:
    aids = list(MarkdownAidsSource(pack_folder() / "civic-digital").records())

    assert len(aids) > 120
    for aid in aids:
        assert isinstance(aid, AidRecord), aid
        assert aid.url
        assert aid.licence in {"CC0-1.0", "Apache-2.0"}
        assert "{%" not in aid.body
        assert "{{" not in aid.body


def test_communities_have_members_and_topics_that_exist() -> None:
    folder = pack_folder()
    pack = json.loads((folder / "pack.json").read_text(encoding="utf-8"))
    archived = list(ArchiveSource(folder / "quantum-commons", now=NOW).records())
    aids = MarkdownAidsSource(folder / "civic-digital").records()
    keys = {item.key for item in archived if isinstance(item, PersonRecord)}
    accounts = {account["email"] for account in pack["accounts"]}
    topics = {t for item in archived if isinstance(item, QuestionRecord) for t in item.topics}
    topics |= {topic for aid in aids if isinstance(aid, AidRecord) for topic in aid.topics}

    for community in pack["communities"]:
        assert set(community["members"]) <= keys | accounts
        assert set(community["topics"]) <= topics


def test_the_pack_is_small() -> None:
    size = sum(path.stat().st_size for path in pack_folder().rglob("*") if path.is_file())

    assert size < 4 * 2**20
