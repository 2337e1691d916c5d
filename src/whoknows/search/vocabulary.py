"""Which words are ordinary: those that the sentence model knows as a whole."""

import json
from functools import cache

from whoknows.search.minilm import weights_folder


@cache
def ordinary_words() -> frozenset[str]:
    """Return the lower-case English words that are common in books and Wikipedia; empty if unknown.

    The vocabulary of BERT (30,522 pieces) holds a word as a whole only where it was frequent in the
    text it was made from; anything rarer is spelled in pieces. It lies beside the weights of the
    model that comes along. Costs 20 ms once.
    """
    folder = weights_folder()
    if folder is None or not (folder / "tokenizer.json").is_file():
        return frozenset()
    told = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    return frozenset(word for word in told["model"]["vocab"] if word.isalpha())
