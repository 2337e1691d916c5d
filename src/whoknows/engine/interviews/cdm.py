"""Critical decision method: one incident, told, put on a timeline, deepened and asked “what if”.

Source: G. A. Klein, R. Calderwood and D. MacGregor, Critical decision method for eliciting
knowledge, IEEE Transactions on Systems, Man, and Cybernetics 19 (1989) 462-472. The wording of the
probes is ours.
"""

from whoknows.engine.interviews.protocols import ItemKind, Outline, Probe, Protocol, Stage

_CHOOSE = Stage(
    title="The incident",
    says="A case that was not routine, in which they themselves decided.",
    probes=(
        Probe(
            "cdm-incident",
            "Tell me of a case in which your own decision made a difference, and somebody with "
            "less experience might have decided otherwise.",
            "Let them tell it from beginning to end. Do not interrupt.",
            ItemKind.KNOWLEDGE,
        ),
        Probe(
            "cdm-told-back",
            "I tell it back to you. What did I get wrong, what is missing?",
            "Telling it back brings up details, and shows that you listened.",
            ItemKind.KNOWLEDGE,
        ),
    ),
)

_TIMELINE = Stage(
    title="The timeline",
    says="What happened when, and where it could have gone another way.",
    builds_outline=True,
    probes=(
        Probe(
            "cdm-timeline",
            "What happened first, and then? At what time, about?",
            "Write each event into the timeline. Guessed times are good enough.",
            ItemKind.STEP,
        ),
        Probe(
            "cdm-decisions",
            "Where could you have done something else, or seen it differently?",
            "Mark these as decision points, also those at which they “just knew”.",
            ItemKind.DECISION,
        ),
    ),
)


def _deep(key: str, prompt: str, hint: str, yields: ItemKind) -> Probe:
    return Probe(f"cdm-{key}", prompt, hint, yields, per_mark=True)


_DEEPEN = Stage(
    title="At each decision point",
    says="The story behind the story. Take the points that mattered most.",
    probes=(
        _deep("cues", "What did you see, hear or notice?", "And before that?", ItemKind.CUE),
        _deep(
            "knowledge",
            "What did you know that you needed here, and how did you come to know it?",
            "Who would not have known it?",
            ItemKind.KNOWLEDGE,
        ),
        _deep(
            "analogues",
            "Did it remind you of an earlier case?",
            "What was alike, what was different?",
            ItemKind.KNOWLEDGE,
        ),
        _deep("goals", "What did you want to reach right then?", "What came first?",
              ItemKind.DECISION),
        _deep(
            "options",
            "What else could you have done?",
            "Did you think of it then, or only now?",
            ItemKind.DECISION,
        ),
        _deep(
            "basis",
            "Why this and not that? Was there a rule you followed?",
            "Ask for the condition: when would the other one have been right?",
            ItemKind.DECISION,
        ),
        _deep(
            "experience",
            "Which training or experience did you need for that?",
            "What could be written on a card instead?",
            ItemKind.KNOWLEDGE,
        ),
        _deep(
            "pressure",
            "How much time did you have, and how sure were you?",
            "What would you have done with more time?",
            ItemKind.DIFFICULTY,
        ),
        _deep(
            "aids",
            "What did you use to help you: a list, a colleague, a screen? Was it right?",
            "What would have helped?",
            ItemKind.STRATEGY,
        ),
        _deep(
            "picture",
            "If you had had to describe it to somebody at that moment, what would you have said?",
            "The picture they had in their head.",
            ItemKind.KNOWLEDGE,
        ),
        _deep("done", "So what did you do, and what told you that it worked?", "One action each.",
              ItemKind.STEP),
    ),
)  # fmt: skip

_WHAT_IF = Stage(
    title="What if",
    says="Small changes show what the decision hung on.",
    probes=(
        _deep(
            "other-expert",
            "Would another expert have decided the same?",
            "Where do good people differ?",
            ItemKind.DECISION,
        ),
        _deep(
            "novice",
            "What would somebody new have done?",
            "What would they not have seen?",
            ItemKind.ERROR,
        ),
        _deep(
            "missing-cue",
            "And if you had not had this one piece of information?",
            "Take the most important cue away and ask again.",
            ItemKind.STRATEGY,
        ),
        _deep(
            "mistake",
            "Which mistake is likely here? Would one notice in time?",
            "How would one get out of it?",
            ItemKind.ERROR,
        ),
        _deep(
            "teach",
            "What would you teach somebody about this point?",
            "In one sentence.",
            ItemKind.STRATEGY,
        ),
    ),
)

CDM = Protocol(
    key="cdm",
    title="CDM: one incident, decision by decision",
    when="What matters is judging a situation quickly: emergencies, care, command.",
    minutes=(60, 120),
    outline=Outline("Timeline", "event", "decision point", has_time=True),
    stages=(_CHOOSE, _TIMELINE, _DEEPEN, _WHAT_IF),
    source="G. A. Klein, R. Calderwood, D. MacGregor, IEEE Trans. SMC 19 (1989) 462-472",
)
