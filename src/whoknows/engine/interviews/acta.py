"""Applied cognitive task analysis: the task in a few steps, then what is hard about some of them.

Source: L. G. Militello and R. J. B. Hutton, Applied cognitive task analysis (ACTA): a
practitioner's toolkit for understanding cognitive task demands, Ergonomics 41 (1998) 1618-1641.
The wording of the probes is ours.
"""

from whoknows.engine.interviews.protocols import ItemKind, Outline, Probe, Protocol, Stage

_DIAGRAM = Stage(
    title="The task in a few steps",
    says="An overview first. No details yet: they come later, where they matter.",
    builds_outline=True,
    probes=(
        Probe(
            "acta-steps",
            "Think of the whole task. Can you break it down into more than three, but fewer than "
            "six steps?",
            "Write each step into the list. If there are ten, ask which of them belong together.",
            ItemKind.STEP,
        ),
        Probe(
            "acta-hard-steps",
            "Which of these steps need judgement, assessing a situation or solving a problem?",
            "Mark them in the list. The next questions are about these and no others.",
            ItemKind.DIFFICULTY,
        ),
    ),
)


def _audit(key: str, prompt: str, hint: str, yields: ItemKind) -> Probe:
    return Probe(f"acta-{key}", prompt, hint, yields, per_mark=True)


_AUDIT = Stage(
    title="What makes it hard",
    says="One example a question. Then: which cues and strategies, and why is it hard when new?",
    probes=(
        _audit(
            "past-and-future",
            "Was there a time when you walked into the middle of something and knew how it had "
            "come to that, and where it was heading?",
            "What did you see or hear that told you? What would somebody new have missed?",
            ItemKind.CUE,
        ),
        _audit(
            "big-picture",
            "What do you have to keep an eye on to have the whole picture?",
            "Ask for the few things that matter most, and how they hang together.",
            ItemKind.CUE,
        ),
        _audit(
            "noticing",
            "When did something strike you that others did not notice at all?",
            "What exactly was different? Where does one have to look or listen?",
            ItemKind.CUE,
        ),
        _audit(
            "job-smarts",
            "What do you do so that you get more done with less, without cutting corners that "
            "matter?",
            "Tricks, order of work, preparing things. Why does it work?",
            ItemKind.STRATEGY,
        ),
        _audit(
            "improvising",
            "When did you find a better way than the usual one, or use a chance that came up?",
            "What made it possible? When would it have been wrong?",
            ItemKind.STRATEGY,
        ),
        _audit(
            "self-monitoring",
            "When did you realise, in the middle of it, that you had to do it differently?",
            "What told you that it was not working?",
            ItemKind.CUE,
        ),
        _audit(
            "anomalies",
            "When did you see something that did not fit, and knew at once that something was "
            "wrong?",
            "If there is time. What does it look like when it is right?",
            ItemKind.CUE,
        ),
        _audit(
            "equipment",
            "When did the equipment or the screen say one thing and your own judgement another?",
            "If there is time. How did you find out which was right?",
            ItemKind.ERROR,
        ),
        _audit(
            "why-hard",
            "Why is this hard for somebody who is new to it?",
            "For each example so far: what do they lack, what do they take for something else?",
            ItemKind.DIFFICULTY,
        ),
    ),
)

_SIMULATION = Stage(
    title="Played through",
    says="A case that could happen tomorrow, event by event. Leave it out if time is short.",
    probes=(
        _audit(
            "actions",
            "You are in this situation now. What do you do at this point?",
            "In their own order. One action at a time.",
            ItemKind.STEP,
        ),
        _audit(
            "assessment",
            "What do you think is going on here?",
            "The reading of the situation, not the action.",
            ItemKind.KNOWLEDGE,
        ),
        _audit(
            "cues",
            "What told you that?",
            "Everything seen, heard, read or felt.",
            ItemKind.CUE,
        ),
        _audit(
            "right",
            "How do you see that it was right?",
            "What comes next when it worked.",
            ItemKind.RESULT,
        ),
        _audit(
            "errors",
            "Which mistakes would somebody inexperienced make here?",
            "And what would they cost?",
            ItemKind.ERROR,
        ),
    ),
)

ACTA = Protocol(
    key="acta",
    title="ACTA: how is this done, and what is hard about it?",
    when="Somebody does a task well, and others are to learn it. The usual choice.",
    minutes=(30, 45),
    outline=Outline("Steps of the task", "step", "needs judgement", fewest=3, most=6),
    stages=(_DIAGRAM, _AUDIT, _SIMULATION),
    source="L. G. Militello, R. J. B. Hutton, Ergonomics 41 (1998) 1618-1641",
)
