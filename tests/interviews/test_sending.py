"""Transcripts and sound, as they are sent to the pages."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.builders import an_interview
from tests.interviews.stages import signed_in
from whoknows.interviews.models import (
    Recording,
    Statement,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "raw",
    [
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Bo>Ja, größer.",
        "Bo: Ja, größer.".encode("utf-16"),
        "Bo: Ja, größer.".encode("cp1252"),
    ],
)
def test_a_transcript_comes_as_a_file(raw: str | bytes) -> None:
    interview = an_interview()
    where = reverse("interviews:transcript", args=[interview.uid])
    file = SimpleUploadedFile("t.vtt", raw.encode() if isinstance(raw, str) else raw)

    answer = signed_in(interview.interviewer).post(where, {"file": file, "text": ""})

    assert answer.status_code == 302
    assert [(s.speaker, s.words) for s in Statement.objects.all()] == [("Bo", "Ja, größer.")]


def test_a_transcript_with_nothing_in_it_is_said_to_be_so() -> None:
    interview = an_interview()
    where = reverse("interviews:transcript", args=[interview.uid])
    client = signed_in(interview.interviewer)

    assert client.post(where, {"text": " "}).status_code == 422
    answer = client.post(where, {"text": "WEBVTT\n\nNOTE hi"})

    assert answer.status_code == 422
    assert "nothing said" in answer.content.decode()


def test_sound_arrives_in_pieces_and_goes_out_as_it_came(recordings: Path) -> None:
    interview = an_interview()
    client = signed_in(interview.interviewer)

    begun = client.post(
        reverse("interviews:recordings", args=[interview.uid]), {"kind": "audio/webm;codecs=opus"}
    )
    where = begun.json()
    for number, sound in enumerate([b"one ", b"two"]):
        answer = client.post(
            f"{where['pieces']}{number}/", sound, content_type="application/octet-stream"
        )
        assert answer.json() == {"pieces": number + 1}
    early = client.post(f"{where['pieces']}9/", b"x", content_type="application/octet-stream")
    client.post(where["finished"])
    played = signed_in(interview.expert).get(where["pieces"])

    assert begun.status_code == 201
    assert (early.status_code, early.json()["code"]) == (409, "piece_missing")
    assert b"".join(played) == b"one two"
    assert played["Content-Type"] == "audio/webm"
    assert "no-store" in played["Cache-Control"]
    assert Recording.objects.get().finished_at is not None


def test_a_piece_that_is_too_large_is_refused_before_it_is_read() -> None:
    interview = an_interview()
    client = signed_in(interview.interviewer)
    where = client.post(
        reverse("interviews:recordings", args=[interview.uid]), {"kind": "audio/webm"}
    ).json()

    answer = client.post(
        f"{where['pieces']}0/", b"x" * 4_000_001, content_type="application/octet-stream"
    )

    assert answer.status_code == 422
    assert Recording.objects.get().bytes == 0
