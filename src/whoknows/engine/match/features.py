"""The features by which people are ranked: what each is, and what a high one shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Feature:
    """A number for each person: what it is, and what a high one shows.

    ``family`` is what a person would be told for it, as a key: several features show the same. An
    empty one shows nothing that could be told. See :mod:`whoknows.engine.match.reasons`.
    """

    name: str
    meaning: str
    family: str


FEATURES = (
    Feature("deeds_12h", "share of what was done, 12 h half-life", "active"),
    Feature("deeds_3d", "the same, 3 days", "active"),
    Feature("deeds_7d", "the same, 7 days", "active"),
    Feature("deeds_30d", "the same, 30 days", "active"),
    Feature("deeds_180d", "the same, 180 days", "active"),
    Feature("deeds_30n", "the same, half-life 30 documents", "active"),
    Feature("deeds_100n", "the same, 100 documents", "active"),
    Feature("present", "share of all events, asking included, 1 day", "here"),
    Feature("away", "log of hours since the last event", "here"),
    Feature("tenure", "log of days since the first event", ""),
    Feature("hour_ahead", "share of deeds in the hours after this one, 30 days", "hours"),
    Feature("hour_around", "share of deeds around this hour, 30 days", "hours"),
    Feature("words_ever", "share of votes, words in common", "alike"),
    Feature("words_30d", "the same, 30 days", "alike"),
    Feature("sense_ever", "share of votes, likeness of meaning", "alike"),
    Feature("sense_30d", "the same, 30 days", "alike"),
    Feature("sense_7d", "the same, wider, 7 days", "alike"),
    Feature("latest_50", "share of votes, the latest of the 50 most alike", "alike"),
    Feature("latest_150", "the same of the 150 most alike", "alike"),
    Feature("matter_30d", "the same, linear in likeness, 30 days", "alike"),
    Feature("both_ever", "share of votes, words, meaning and topics together", "alike"),
    Feature("both_30d", "the same, wider, 30 days", "alike"),
    Feature("above_usual", "log of the answers to the 80 most alike, against as many by the share "
            "of all answers just before each", "alike"),
    Feature("topics_ever", "share of deeds on the topics of the need, rare ones count more",
            "topics"),
    Feature("topics_30d", "the same, 30 days", "topics"),
    Feature("words_active", "words_ever times deeds_30d, both above next to nothing", "alike"),
    Feature("sense_active", "the same of sense_ever", "alike"),
    Feature("both_active", "the same of both_ever", "alike"),
    Feature("topics_active", "the same of topics_ever", "topics"),
    Feature("quick", "answers within a day, of the answers of 30 days", "quick"),
    Feature("first", "first answers, of the answers of 30 days", ""),
    Feature("proven", "helped or solved, of all answers", "solved"),
    Feature("proven_alike", "share of votes, meaning, what helped or solved", "solved"),
    Feature("newcomers", "answers to newcomers, of the answers of 30 days, if the asker is one",
            "newcomers"),
    Feature("helped_asker", "log of deeds for this asker", "helped_you"),
    Feature("beside_asker", "log of deeds on needs the asker answered too", "beside_you"),
    Feature("declared", "says to know a topic of the need, and did something on it", "declared"),
    Feature("named", "the words of the need name them", "named"),
    Feature("acquainted", "knows the asker", "acquainted"),
    Feature("same_unit", "works in the unit of the asker", "same_unit"),
    Feature("same_site", "works at the site of the asker", "same_site"),
    Feature("same_language", "speaks the language of the need", "same_language"),
)  # fmt: skip
NAMES = tuple(feature.name for feature in FEATURES)
VOTES = ("words_ever", "words_30d", "sense_ever", "sense_30d", "sense_7d", "latest_50",
         "latest_150", "matter_30d", "both_ever", "both_30d", "proven_alike")  # fmt: skip
# What evidence adds to: a deed in a document like the need is part of each of these.
SHOWN_BY_DEEDS = (*VOTES, "above_usual")
TOGETHER = ("words", "sense", "both", "topics")
FLAGS = ("named", "acquainted", "same_unit", "same_site", "same_language")

# What only an organisation's own past can give a weight: where much is known of a community, these
# help; carried over from one to another they did harm.
OWN_ONLY = tuple(f"{name}_active" for name in TOGETHER)

# In which direction a feature can only speak. Who has been here for long may be on the way out,
# and a great share of half a year says of somebody with the same share of the last needs that
# they fade.
SIGNS = tuple({"away": -1, "tenure": 0, "deeds_180d": 0}.get(name, 1) for name in NAMES)
