"""Knowledge clusters: what somebody who leaves knows, listed first, and what would be lost.

Source: the practice of the Tennessee Valley Authority, told in IAEA, Risk Management of Knowledge
Loss in Nuclear Industry Organizations, STI/PUB/1248 (2006). The wording of the probes is ours.
"""

from whoknows.engine.interviews.protocols import ItemKind, Outline, Probe, Protocol, Stage


def _cluster(key: str, prompt: str, hint: str, yields: ItemKind) -> Probe:
    return Probe(f"clusters-{key}", prompt, hint, yields, per_mark=True)


CLUSTERS = Protocol(
    key="clusters",
    title="Knowledge clusters: what leaves with somebody",
    when="Somebody leaves or moves on soon. Ends with what to interview them about next.",
    minutes=(45, 60),
    outline=Outline("Clusters of knowledge", "cluster", "would be missed most"),
    stages=(
        Stage(
            title="What you know",
            says="List first, details later. Leave out what everybody of the trade has learned.",
            builds_outline=True,
            probes=(
                Probe(
                    "clusters-list",
                    "What do people come to you for? What do you know that hardly anybody else "
                    "here does?",
                    "Things, places, people, history, tricks. One cluster a line.",
                    ItemKind.KNOWLEDGE,
                ),
                Probe(
                    "clusters-missed",
                    "Which three of these would be missed first, and most?",
                    "Mark them. The next questions are about these.",
                    ItemKind.DIFFICULTY,
                ),
            ),
        ),
        Stage(
            title="How much hangs on it",
            says="For each of those that would be missed.",
            probes=(
                _cluster(
                    "importance",
                    "How important is it? What happens if nobody knows it?",
                    "Who notices first, and after how long?",
                    ItemKind.ERROR,
                ),
                _cluster(
                    "written",
                    "Is it written down? Where, and does it still hold?",
                    "Note the place as they would tell it to their successor.",
                    ItemKind.KNOWLEDGE,
                ),
                _cluster(
                    "others",
                    "Who else knows it, or a part of it?",
                    "Inside and outside; also those who left.",
                    ItemKind.KNOWLEDGE,
                ),
                _cluster(
                    "learning",
                    "How long does it take to learn, and how did you learn it?",
                    "What could be learned from a card, what only by doing?",
                    ItemKind.DIFFICULTY,
                ),
            ),
        ),
        Stage(
            title="What to pass on now",
            says="What a successor needs in the first months.",
            probes=(
                _cluster(
                    "stuck",
                    "Where do people get stuck, and which exceptions keep coming back?",
                    "What do you tell them then?",
                    ItemKind.CUE,
                ),
                _cluster(
                    "does",
                    "What do you do when it comes up?",
                    "The short version. The long one is an interview of its own.",
                    ItemKind.STEP,
                ),
                _cluster(
                    "warn",
                    "What would you warn your successor about?",
                    "What looks harmless and is not?",
                    ItemKind.ERROR,
                ),
                _cluster(
                    "now-what",
                    "What should become of it: write it down, let somebody learn it beside you, "
                    "do away with it, or accept the loss?",
                    "Agree on the next step, and who takes it.",
                    ItemKind.STRATEGY,
                ),
            ),
        ),
    ),
    source="IAEA STI/PUB/1248 (2006), after the Tennessee Valley Authority",
)
