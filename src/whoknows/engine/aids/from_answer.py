"""Steps in an answer that somebody wrote in passing."""

import re

from whoknows.engine.aids.from_markdown import read_markdown
from whoknows.engine.aids.kinds import Procedure, Step

# What instructions begin with. Enough to tell "Hold the button" from "The button is worn";
# whoever makes the card corrects the rest.
_VERBS = """
    add adjust align apply ask attach back begin bring bypass calibrate call change check
    choose clean clear click close compare confirm connect copy create cut delete disable
    disconnect do download drag drain drop edit enable ensure enter export fill find flip
    flush follow get give go hold import insert install keep leave let lift load lock log
    look lower make measure mount move open paste pick place plug power press print pull
    push put raise read reboot release reload remove rename repeat replace reset restart
    return rinse rotate run save scan scroll select send set shut sign slide start stop
    switch take tap test tighten tie toggle touch try turn type unlock unplug update upload
    use verify wait warm wash wear wipe write drehen drück drücke drücken entferne entfernen
    ersetze geh gehe halte halten klicke klicken lege leg mach mache nimm öffne öffnen
    prüfe prüfen schalte schalten schließe setze stecke stelle warte warten wähle wählen
    ziehe ziehen appuie appuyez attends attendez choisissez cliquez coupez débranchez
    enlevez fermez mettez ouvrez retirez tournez vérifiez abre apaga apriete cierra
    compruebe coloque desconecta espera gira mantén pulsa quita retire
"""
VERBS = frozenset(_VERBS.split())
_OPENERS = frozenset(
    {"and", "dann", "finally", "first", "just", "next", "now", "please", "then", "zuerst"}
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=\S)|\n+")
_WORD = re.compile(r"[^\W\d_]+")
_MARK = re.compile(r"^\s*[-*+]\s+")


def steps_from_answer(text: str) -> Procedure:
    """Return the steps that an answer seems to describe, to be corrected by a person.

    Numbered lists are taken as they are. Else each sentence or list item that begins like an
    instruction is a step, what follows it belongs to it, and what stands before is the note.
    An answer without any instruction is a note and no steps.

    >>> [s.action for s in steps_from_answer("It is the gasket. Open the lid. Then turn it.").steps]
    ['Open the lid.', 'Then turn it.']
    """
    read = read_markdown(text)
    if isinstance(read, Procedure):
        return read
    before: list[str] = []
    steps: list[tuple[str, list[str]]] = []
    for sentence in _sentences(text):
        if _instructs(sentence):
            steps.append((sentence, []))
        elif steps:
            steps[-1][1].append(sentence)
        else:
            before.append(sentence)
    made = tuple(Step(action, detail=" ".join(rest)) for action, rest in steps)
    return Procedure(made, note=" ".join(before))


def _sentences(text: str) -> list[str]:
    parts = (_MARK.sub("", part).strip() for part in _SENTENCE.split(text))
    return [part for part in parts if part]


def _instructs(sentence: str) -> bool:
    words = [word.lower() for word in _WORD.findall(sentence)[:3]]
    while words and words[0] in _OPENERS:
        del words[0]
    return bool(words) and words[0] in VERBS
