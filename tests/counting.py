"""What of everybody's past counts for one kind of reader, by id."""

from whoknows.needs.queries.seen import Seen


def needs_known(seen: Seen) -> set[int]:
    ids, known = seen.numbers.needs, seen.activity.known
    return set(ids.tolist() if known is None else ids[known[: len(ids)]].tolist())


def evidence_counted(seen: Seen) -> set[int]:
    ids, visible = seen.numbers.evidence, seen.activity.visible
    return set(ids.tolist() if visible is None else ids[visible].tolist())


def people_known(seen: Seen) -> set[int]:
    ids = seen.numbers.persons.tolist()
    return {person for person in ids if len(seen.people([person]))}
