"""Protocols, transcripts, the drafts made of them, and how they read."""

import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whoknows.engine.aids import Checklist, Kind, Procedure, Reference, Role, Step, lines
from whoknows.engine.interviews import (
    PROTOCOLS,
    BadTranscript,
    ItemKind,
    OutlineEntry,
    Sorted,
    demands,
    draft,
    gaps,
    jargon,
    read_transcript,
    reading_level,
    spoken_time,
    where_from,
)

VTT = """WEBVTT - a meeting

NOTE
nothing that anybody said

STYLE
::cue { color: red }

1
00:00:01.000 --> 00:00:03.000 align:start
<v Ana Ruiz>So what tells you that

00:00:03.100 --> 00:00:05.000
<v Ana Ruiz>it is time?</v>

bogus --> 00:00:09.000
<v.loud Bo><b>The pitch &amp; the <script>alert(1)</script> drops.</b>

99:99:99.000 --> 00:12.000
Ana Ruiz: And then?
"""


def test_webvtt_becomes_who_said_what_when() -> None:
    said = read_transcript(VTT)

    assert [(s.number, s.speaker, s.at_ms, s.text) for s in said] == [
        (1, "Ana Ruiz", 1_000, "So what tells you that it is time?"),
        (2, "Bo", None, "The pitch & the alert(1) drops."),
        (3, "Ana Ruiz", None, "And then?"),
    ]


def test_subrip_is_read_like_webvtt() -> None:
    said = read_transcript(
        "1\n00:00:01,500 --> 00:00:02,000\nStop it.\n\n2\n00:01:00,000 --> x\nI do."
    )

    assert [(s.at_ms, s.text) for s in said] == [(1_500, "Stop it."), (60_000, "I do.")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Ana: What then?\nand more\n\nBo: I stop.",
            [("Ana", "What then? and more"), ("Bo", "I stop.")],
        ),
        ("Dr. Ruiz: Yes.", [("Dr. Ruiz", "Yes.")]),
        ("One line\nAnother line", [("", "One line"), ("", "Another line")]),
        ("I say this. Remember: it is hot", [("", "I say this. Remember: it is hot")]),
        ("https://example.org: no", [("", "https://example.org: no")]),
    ],
)
def test_plain_text_becomes_who_said_what(text: str, said: list[tuple[str, str]]) -> None:
    assert [(s.speaker, s.text) for s in read_transcript(text)] == said


def test_times_of_plain_text_are_read() -> None:
    said = read_transcript("[00:01:05] Ana: Now.\nBo (00:12): Then.\n1:02:03 Ana: Late.")

    assert [(s.speaker, s.at_ms) for s in said] == [
        ("Ana", 65_000),
        ("Bo", 12_000),
        ("Ana", 3_723_000),
    ]


@pytest.mark.parametrize(
    "text", ["", "  \n\n ", "WEBVTT\n\n", "WEBVTT\n\n00:01.000 --> 00:02.000\n<i></i>"]
)
def test_nothing_said_is_no_transcript(text: str) -> None:
    with pytest.raises(BadTranscript, match="nothing said"):
        read_transcript(text)


def test_what_is_far_too_long_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadTranscript, match="Bring it in parts"):
        read_transcript("x" * 2_000_001)
    with pytest.raises(BadTranscript, match="5000 statements"):
        read_transcript("a.\n" * 5_001)


@pytest.mark.parametrize(
    "sign", ["<", "<v ", "(", "0:", "a:", " ", "-->\n", "&#", "&lt;script&gt;"]
)
def test_a_megabyte_of_nonsense_takes_no_time(sign: str) -> None:
    for begins in ("", "WEBVTT\n\n00:01.000 --> 00:02.000\n"):
        try:
            said = read_transcript(begins + sign * (500_000 // len(sign)))
        except BadTranscript:
            continue
        assert all(len(s.text) <= 5_000 for s in said)


@given(st.text(alphabet=st.sampled_from("ab <>v:.-0123\n&;WEBVT/"), max_size=300))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    try:
        said = read_transcript(text)
    except BadTranscript:
        return

    assert [s.number for s in said] == list(range(1, len(said) + 1))
    assert all(s.text.strip() == s.text and s.text for s in said)


def test_markup_in_a_cue_never_survives_even_written_as_entities() -> None:
    said = read_transcript("WEBVTT\n\n00:01.000 --> 00:02.000\n&lt;b&gt; <u>x</u>")

    # Read once: a sign that somebody wrote as an entity is that sign, shown escaped on pages.
    assert said[0].text == "<b> x"


def test_every_protocol_is_whole() -> None:
    keys = [probe.key for protocol in PROTOCOLS.values() for _, probe in protocol.probes()]

    assert next(iter(PROTOCOLS)) == "acta"
    assert len(keys) == len(set(keys))
    for protocol in PROTOCOLS.values():
        assert sum(stage.builds_outline for stage in protocol.stages) == 1
        assert any(probe.per_mark for _, probe in protocol.probes())
        assert all(key.startswith(f"{protocol.key}-") for key in keys if protocol.probe(key))


ENTRIES = [OutlineEntry(1, "Isolate"), OutlineEntry(2, "Drain")]
ITEMS = [
    Sorted(10, ItemKind.STEP, "Close valve 3.", 1),
    Sorted(11, ItemKind.CUE, "The pitch drops", 1),
    Sorted(12, ItemKind.CUE, "The floor trembles", 1),
    Sorted(13, ItemKind.ERROR, "Closing it fast bursts the seal", 1),
    Sorted(14, ItemKind.RESULT, "Silence", 1),
    Sorted(15, ItemKind.STRATEGY, "Turn by quarters", 1),
    Sorted(16, ItemKind.STEP, "Tag it.", 1),
    Sorted(20, ItemKind.STRATEGY, "Open the lowest cock first.", 2),
    Sorted(21, ItemKind.DIFFICULTY, "One cannot see the level", 2),
    Sorted(30, ItemKind.STEP, "Write the log.", None),
]


def test_a_procedure_is_made_with_the_origin_of_every_line() -> None:
    made = draft(Kind.PROCEDURE, ENTRIES, ITEMS)

    assert made.content == Procedure(
        (
            Step(
                "Close valve 3.",
                cue="The pitch drops. The floor trembles.",
                result="Silence",
                warning="Closing it fast bursts the seal",
                detail="- Turn by quarters",
            ),
            Step("Tag it."),
            Step("Open the lowest cock first."),
            Step("Write the log."),
        )
    )
    assert [(o.line.role.value, o.line.number, o.items) for o in made.origins] == [
        ("warning", None, (13,)),
        ("cue", None, (11, 12)),
        ("step", 1, (10,)),
        ("note", None, (15,)),
        ("result", None, (14,)),
        ("step", 2, (16,)),
        ("step", 3, (20,)),
        ("step", 4, (30,)),
    ]


def test_what_is_known_of_the_whole_is_no_step_and_stands_before_them() -> None:
    whole = [
        Sorted(40, ItemKind.KNOWLEDGE, "Nine of ten times it is the seal"),
        Sorted(41, ItemKind.DECISION, "Call the shift when in doubt"),
    ]

    made = draft(Kind.PROCEDURE, ENTRIES[:1], [ITEMS[0], *whole])

    assert made.content == Procedure(
        (Step("Close valve 3."),),
        note="- Nine of ten times it is the seal\n- Call the shift when in doubt",
    )
    assert [(o.line.role.value, o.items) for o in made.origins] == [
        ("note", (40, 41)),
        ("step", (10,)),
    ]


@pytest.mark.parametrize(
    ("key", "beside_outline", "without"),
    [
        ("acta-steps", "knowledge", "step"),
        ("pari-moves", "knowledge", "step"),
        # Asked of each entry, it is what one does there.
        ("pari-action", "step", "step"),
        ("acta-actions", "step", "step"),
        ("acta-hard-steps", "difficulty", "difficulty"),
        ("gone", "knowledge", "knowledge"),
    ],
)
def test_a_note_beside_the_outline_is_a_step_only_where_there_is_no_outline(
    key: str, beside_outline: str, without: str
) -> None:
    protocol = PROTOCOLS[key.split("-", maxsplit=1)[0] if "-" in key else "acta"]

    assert protocol.kind_of(key, has_outline=True) == beside_outline
    assert protocol.kind_of(key, has_outline=False) == without


@given(
    st.lists(
        st.tuples(
            st.sampled_from(ItemKind), st.text("abc", min_size=1, max_size=4), st.integers(0, 3)
        ),
        max_size=25,
    ),
    st.sampled_from([Kind.PROCEDURE, Kind.CHECKLIST, Kind.REFERENCE]),
)
def test_every_line_of_every_draft_has_an_origin(
    said: list[tuple[ItemKind, str, int]], kind: Kind
) -> None:
    entries = [OutlineEntry(n, f"Entry {n}") for n in (1, 2, 3)]
    items = [Sorted(n, k, text, entry or None) for n, (k, text, entry) in enumerate(said)]

    made = draft(kind, entries, items)

    shown = [line for line in lines(made.content) if line.role is not Role.HEADING and line.text]
    assert [origin.line for origin in made.origins] == shown
    by_id = {item.id: item.text for item in items}
    for origin in made.origins:
        assert origin.items
        assert any(by_id[pk] in origin.line.text for pk in origin.items)


def test_a_checklist_and_a_reference_are_made_by_entry() -> None:
    checks = draft(Kind.CHECKLIST, ENTRIES, ITEMS).content
    rows = draft(Kind.REFERENCE, ENTRIES, ITEMS).content

    assert isinstance(checks, Checklist)
    assert [item.phase for item in checks.items] == [*["Isolate"] * 6, "Drain", ""]
    assert isinstance(rows, Reference)
    assert [row.key for row in rows.rows] == ["Isolate", "Drain", "Write the log."]


def test_no_draft_is_made_as_what_items_cannot_become() -> None:
    with pytest.raises(ValueError, match="worksheet"):
        draft(Kind.WORKSHEET, ENTRIES, ITEMS)


def test_a_line_keeps_its_origin_while_it_says_nearly_the_same() -> None:
    made = draft(Kind.PROCEDURE, ENTRIES, ITEMS)
    drafted = [(o.line.role.value, o.line.text, i) for o in made.origins for i in o.items]
    mended = Procedure(
        (
            Step("Close valve 3 slowly.", cue="The pitch  DROPS. The floor trembles."),
            Step("Call the shift lead."),
            Step("Silence"),
        )
    )

    now = where_from(mended, drafted)

    assert [(o.line.text, o.items) for o in now] == [
        ("The pitch  DROPS. The floor trembles.", (11, 12)),
        ("Close valve 3 slowly.", (10,)),
        ("Call the shift lead.", ()),
        # The same words as a result are not the same as something to do.
        ("Silence", ()),
    ]


def _a_text(seed: int, length: int) -> str:
    told = Random(seed)  # noqa: S311 - words, no secrets
    words = ["".join(told.choices("abcdefghilmnoprstu", k=told.randint(2, 9))) for _ in range(800)]
    return " ".join(words)[:length]


@pytest.mark.parametrize(("count", "length"), [(100, 290), (40, 4_000)])
def test_where_many_reworded_lines_come_from_is_found_quickly(count: int, length: int) -> None:
    drafted = [("step", _a_text(number, length), number) for number in range(count)]
    mended = Procedure(tuple(Step(f"{t[:40]} really {t[47:]}") for _role, t, _item in drafted))
    began = time.perf_counter()

    now = where_from(mended, drafted)

    assert time.perf_counter() - began < 4
    assert [line.items for line in now] == [(number,) for number in range(count)]


def test_a_short_line_is_known_again_by_its_letters_where_no_three_are_the_same() -> None:
    drafted = [("step", "ab cd ef", 1), ("step", "Open the lid.", 2)]

    (line,) = where_from(Procedure((Step("abxcdxef"),)), drafted)

    assert line.items == (1,)


@pytest.mark.parametrize("made", ["<v" + " " * 300_000, "<v.a" * 100_000, "<v. " * 100_000])
def test_a_transcript_made_to_be_slow_is_read_quickly(made: str) -> None:
    began = time.perf_counter()

    read_transcript(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{made}\nBo: Yes.\n")

    assert time.perf_counter() - began < 2


def test_the_table_of_demands_has_a_row_for_what_is_hard() -> None:
    rows = demands(ENTRIES, ITEMS, whole="The whole task")

    assert [(r.element, len(r.why), len(r.errors), len(r.cues)) for r in rows] == [
        ("Isolate", 0, 1, 3),
        ("Drain", 1, 0, 1),
    ]


def test_what_a_step_lacks_is_said_and_other_kinds_lack_nothing() -> None:
    steps = Procedure((Step("Lift", cue="A bang", result="Air"), Step("", cue="Smoke")))

    assert [(g.number, g.lacks) for g in gaps(steps)] == [(2, ("action", "result"))]
    assert gaps(Checklist()) == []


def test_reading_level_grows_with_long_words_and_long_sentences() -> None:
    easy = reading_level("Lift the lid. Turn the key. Wait.")
    hard = reading_level(
        "Subsequently, notwithstanding contradictory indications, operators shall immediately "
        "establish containment isolation following confirmation of radiological conditions "
        "exceeding administrative thresholds established for continuous occupancy."
    )

    assert easy is not None
    assert hard is not None
    assert (easy.words, hard.words) == ("very easy", "very hard")
    assert len(hard.long_sentences) == 1
    assert easy.long_sentences == ()


def test_lix_is_as_published() -> None:
    # 12 words in 2 sentences, 3 of them longer than six letters: 6 + 25.
    level = reading_level("The engineer opens the isolation valve now. He looks at the manometer.")

    assert level is not None
    assert level.lix == 31


def test_languages_without_spaces_have_no_level() -> None:
    assert reading_level("請關閉閥門") is None


ORDINARY = {"close", "the", "before", "feed", "stop", "watch", "well", "known", "pump", "ask"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Close the deaerator before the RCIC.", [("deaerator", 1), ("RCIC", 1)]),
        ("Stopped pumps feeding; stopping, watches.", []),
        ("Ask Maria. Then ask Okonkwo.", []),
        ("Deaerator closes. The deaerator stops.", [("deaerator", 2)]),
        ("Code E4 and E4.", [("E4", 2), ("code", 1)]),
        ("The well-known pump.", []),
    ],
)
def test_jargon_is_what_is_not_ordinary(text: str, found: list[tuple[str, int]]) -> None:
    words = jargon(text, is_ordinary=ORDINARY.__contains__, explained=("Feed line",))

    assert [(j.word, j.times) for j in words] == found


def test_what_is_explained_elsewhere_is_no_jargon() -> None:
    words = jargon(
        "The RCIC deaerator", is_ordinary=ORDINARY.__contains__, explained=("RCIC room",)
    )

    assert [j.word for j in words] == ["deaerator"]


def test_without_a_list_of_words_acronyms_are_found_all_the_same() -> None:
    assert [j.word for j in jargon("Die Speisepumpe der RSAB", is_ordinary=None)] == ["RSAB"]


def test_times_are_told_as_on_a_clock() -> None:
    assert spoken_time(600_000) == "10:00"
