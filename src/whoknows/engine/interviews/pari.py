"""PARI: precursor, action, result, interpretation, for each move of finding a fault.

Source: E. M. Hall, S. P. Gott and R. A. Pokorny, A procedural guide to cognitive task analysis: the
PARI methodology, Technical report AL/HR-TR-1995-0108, Armstrong Laboratory (1995). The wording of
the probes is ours.
"""

from whoknows.engine.interviews.protocols import ItemKind, Outline, Probe, Protocol, Stage


def _move(key: str, prompt: str, hint: str, yields: ItemKind) -> Probe:
    return Probe(f"pari-{key}", prompt, hint, yields, per_mark=True)


PARI = Protocol(
    key="pari",
    title="PARI: finding a fault, move by move",
    when="Something does not work and somebody finds out why: troubleshooting, diagnosis.",
    minutes=(45, 60),
    outline=Outline("Moves", "move", "a key move", has_time=True),
    stages=(
        Stage(
            title="The problem",
            says="Best put by another expert, so that nobody knows the answer yet.",
            probes=(
                Probe(
                    "pari-problem",
                    "Here is what is reported. What do you know so far, and what would you ask?",
                    "A fault that really happened. Keep the cause to yourself.",
                    ItemKind.CUE,
                ),
                Probe(
                    "pari-suspects",
                    "What could it be? Draw the parts that matter, as you see them now.",
                    "Ask again after a few moves: the drawing changes.",
                    ItemKind.KNOWLEDGE,
                ),
            ),
        ),
        Stage(
            title="Move by move",
            says="After each action you say what comes of it; they say what it means.",
            builds_outline=True,
            probes=(
                Probe(
                    "pari-moves",
                    "What do you do first? And next?",
                    "Write each move into the list. Mark those that brought them further.",
                    ItemKind.STEP,
                ),
                _move(
                    "precursor",
                    "Why this, and why now?",
                    "The reason before the action: what made it the best move?",
                    ItemKind.CUE,
                ),
                _move(
                    "action",
                    "What exactly do you do?",
                    "Where, with what, what do you set?",
                    ItemKind.STEP,
                ),
                _move(
                    "result",
                    "What comes of it? What do you see?",
                    "You may have to tell them, as you know the fault.",
                    ItemKind.RESULT,
                ),
                _move(
                    "interpretation",
                    "What does that tell you about the fault?",
                    "What is ruled out by now, what is left?",
                    ItemKind.DECISION,
                ),
                _move(
                    "other-moves",
                    "What else could you have done here? Why not that?",
                    "Cheaper, quicker, safer, more telling?",
                    ItemKind.STRATEGY,
                ),
            ),
        ),
        Stage(
            title="Compared",
            says="Where others would go another way is what is worth teaching.",
            probes=(
                _move(
                    "novice",
                    "What would somebody new do at this point?",
                    "And somebody with a year of experience?",
                    ItemKind.ERROR,
                ),
                _move(
                    "why-hard",
                    "Why is this move hard to come upon?",
                    "What does one have to know about the system?",
                    ItemKind.DIFFICULTY,
                ),
            ),
        ),
    ),
    source="E. M. Hall, S. P. Gott, R. A. Pokorny, AL/HR-TR-1995-0108 (1995)",
)
