"""Documents and needs of any number, made of real sentences only: the threads of the demo pack.

A document mixes sentences of one thread (a question with its answers, or an aid) with some of
others. Sentences held out of every document serve as needs, and what is made of the same thread is
what they should find. So words are as frequent as people use them, and nobody chose the answers.
"""

import random
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils import timezone

from whoknows.base.markup import plain_text
from whoknows.demo import pack_folder
from whoknows.engine.text.languages import LANGUAGES
from whoknows.interop.importers.archive import ArchiveSource
from whoknows.interop.importers.markdown_aids import MarkdownAidsSource
from whoknows.interop.importers.records import AidRecord, AnswerRecord, QuestionRecord

SEED = 20180312
OWN_SENTENCES = OTHER_SENTENCES = 4
THREADS_WITH_NEEDS = 300
MISTYPED = 0.2
_TITLE_WORD_KEPT = 0.7
_SHORT, _LONG = range(5, 13), range(13, 20)
_SENTENCE_WORDS = range(5, 61)
_FEWEST_CONTENT_WORDS = 3
_FEWEST_SENTENCES = OWN_SENTENCES + 4
_MISTYPED_FROM_LENGTH = 5
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"'(]?[A-Z0-9])")
_WORDY = re.compile(r"[A-Za-z][A-Za-z'\u2019-]*[,;:.!?)\"]*")
_FUNCTION_WORDS = frozenset().union(*LANGUAGES.values())


@dataclass(frozen=True, slots=True)
class Thread:
    """A question with its answers, or an aid."""

    kind: str
    title: str
    topics: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A document made of ``thread``; ``body`` and ``more`` are sentences in no order."""

    number: int
    thread: int
    title: str
    body: tuple[str, ...]
    more: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A need in the words of ``thread``, held out of all documents."""

    thread: int
    words: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything to make documents of, and the needs to look for in them."""

    threads: tuple[Thread, ...]
    needs: tuple[Wanted, ...]

    def document(self, number: int) -> Made:
        """Return the document of this number: always the same one."""
        chance = random.Random(SEED * 1_000_003 + number)
        which = chance.randrange(len(self.threads))
        thread = self.threads[which]
        words = thread.title.split()
        title = " ".join(w for w in words if chance.random() < _TITLE_WORD_KEPT) or thread.title
        own = min(OWN_SENTENCES, len(thread.sentences))
        sentences = chance.sample(thread.sentences, own)
        for _ in range(OTHER_SENTENCES):
            other = self.threads[chance.randrange(len(self.threads))]
            sentences.append(chance.choice(other.sentences))
        chance.shuffle(sentences)
        half = len(sentences) // 2
        return Made(number, which, title, tuple(sentences[:half]), tuple(sentences[half:]))

    def documents(self, count: int) -> Iterator[Made]:
        return (self.document(number) for number in range(count))


@cache
def corpus() -> Corpus:
    """Return the corpus, the same at every call and on every machine."""
    chance = random.Random(SEED)
    whole = _threads()
    long_enough = [i for i, t in enumerate(whole) if len(t.sentences) >= _FEWEST_SENTENCES]
    chance.shuffle(long_enough)
    needs: list[Wanted] = []
    held_out: dict[int, set[str]] = {}
    for which in long_enough:
        found = _two_needs(whole[which], chance)
        if found:
            held_out[which] = set(found)
            needs += [Wanted(which, _as_typed(words, chance)) for words in found]
        if len(held_out) == THREADS_WITH_NEEDS:
            break
    everywhere = set().union(*held_out.values())
    threads = tuple(
        Thread(t.kind, t.title, t.topics, tuple(s for s in t.sentences if s not in everywhere))
        for t in whole
    )
    return Corpus(threads, tuple(needs))


def _threads() -> list[Thread]:
    questions: dict[str, QuestionRecord] = {}
    texts: dict[str, list[str]] = {}
    for item in ArchiveSource(pack_folder() / "quantum-commons", now=timezone.now()).records():
        match item:
            case QuestionRecord():
                questions[item.key] = item
                texts[item.key] = [item.text]
            case AnswerRecord():
                texts[item.question].append(item.text)
    made = [
        Thread("need", q.title, q.topics, _sentences("\n\n".join(texts[key])))
        for key, q in questions.items()
    ]
    made += [
        Thread("aid", item.title, item.topics, _sentences(item.body))
        for item in MarkdownAidsSource(pack_folder() / "civic-digital").records()
        if isinstance(item, AidRecord)
    ]
    return [thread for thread in made if thread.sentences]


def _sentences(markdown: str) -> tuple[str, ...]:
    """Return the sentences of a text that are mostly words: formulas and code are none."""
    found = [
        sentence.strip()
        for paragraph in re.split(r"\n\s*\n|\n(?=\s*[-*+\d#|])", markdown)
        for sentence in _SENTENCE_END.split(plain_text(paragraph))
    ]
    return tuple(dict.fromkeys(s for s in found if _is_wordy(s)))


def _is_wordy(sentence: str) -> bool:
    words = sentence.split()
    wordy = sum(bool(_WORDY.fullmatch(w)) for w in words)
    return len(words) in _SENTENCE_WORDS and wordy >= 0.8 * len(words)


def _two_needs(thread: Thread, chance: random.Random) -> list[str]:
    """Return a short and a longer sentence of the thread that say something, or nothing."""
    found = []
    for lengths in (_SHORT, _LONG):
        fit = [s for s in thread.sentences if len(s.split()) in lengths and _says_something(s)]
        if not fit:
            return []
        found.append(chance.choice(fit))
    return found


def _says_something(sentence: str) -> bool:
    return len(_content_words(sentence)) >= _FEWEST_CONTENT_WORDS


def _content_words(sentence: str) -> list[str]:
    words = [w.strip(string.punctuation) for w in sentence.split()]
    return [w for w in words if w.isalpha() and w.lower() not in _FUNCTION_WORDS]


def _as_typed(sentence: str, chance: random.Random) -> str:
    """Return the sentence, one time in five with a typing error in one of its longer words."""
    long_words = [w for w in _content_words(sentence) if len(w) >= _MISTYPED_FROM_LENGTH]
    if not long_words or chance.random() >= MISTYPED:
        return sentence
    word = chance.choice(long_words)
    return sentence.replace(word, _mistype(word, chance), 1)


def _mistype(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    return chance.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + chance.choice(string.ascii_lowercase) + word[at + 1 :],
        ]
    )


def content_words(sentence: str) -> Sequence[str]:
    """Return the words of ``sentence`` less the function words; all of them if there is no other.

    >>> content_words("What is the use of this?")
    ['use']
    """
    words = re.findall(r"\w+", sentence.lower())
    return [w for w in words if w not in _FUNCTION_WORDS] or words
