"""From text to vectors: a sentence model that runs on this machine, if there is one.

A model is a folder with ``model.onnx`` and ``tokenizer.json``, as sentence-transformers exports
them. The one that comes along is written there once by ``whoknows.search.minilm``. Nothing is
fetched from anywhere.
"""

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from whoknows.search.model_files import FILES, ModelDamaged, checked_digests

logger = logging.getLogger("whoknows.search")

Vectors = NDArray[np.float32]

_LOCKS = 16
_NAME_LENGTH = 16
MOST_TOKENS = 128
_NAMES_OF_IDS = ("input_ids", "ids")
_NAMES_OF_MASK = ("attention_mask", "mask")


class ModelUnusable(ValueError):
    """The model folder is not what it should be."""


class TextUnreadable(ValueError):
    """The model fails on this text, as one does that takes fewer tokens than it is given."""


class Embedder:
    """One sentence model. Threads share it.

    Attributes:
        name: Tells this model from others by its weights; vectors of another are of no use.
        dimensions: Length of a vector.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Load the model in ``folder``.

        Raises:
            ModelUnusable: A file is missing, no longer what was written, or no sentence model.
        """
        # Both are large; whoever looks for words only need not have them in memory.
        import onnxruntime  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        for name in FILES:
            if not (folder / name).is_file():
                raise ModelUnusable(f"{folder} has no {name}.")
        try:
            digests = checked_digests(folder)
        except ModelDamaged as error:
            raise ModelUnusable(str(error)) from error
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"),
                _options(onnxruntime.SessionOptions()),
                providers=["CPUExecutionProvider"],
            )
        except Exception as error:  # neither library has a class of error for this
            first_line = str(error).splitlines()[0]
            raise ModelUnusable(
                f"{folder} holds no model that can be read: {first_line}"
            ) from error
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.no_padding()
        inputs = [given.name for given in self._session.get_inputs()]
        self._ids = _one_of(inputs, _NAMES_OF_IDS)
        self._mask = _one_of(inputs, _NAMES_OF_MASK)
        self._others = [name for name in inputs if name not in {self._ids, self._mask}]
        # Texts side by side are read in less time than one text by several threads. They begin with
        # the first texts: a process that was forked has no threads of its parent's.
        self._readers = ThreadPoolExecutor(threads, "reading") if threads > 1 else None
        # While somebody types, and within one request, the same words come again; in two threads
        # at the same time as well.
        self._known = lru_cache(maxsize=512)(self._vector_of)
        self._one_at_a_time = tuple(threading.Lock() for _ in range(_LOCKS))
        self.name = digests["model.onnx"][:_NAME_LENGTH]
        self.dimensions = self.embed(["x"]).shape[1]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a vector of length 1 for each text, shape ``[len(texts), dimensions]``.

        Only the first 128 tokens (about 90 words) of a text count. Each text is read by itself: in
        a batch it would be filled up to the longest one, which costs as much as reading it, and the
        rounding to 8 bits would make its vector hang on the others. About a quarter of a
        millisecond a token on one core.

        Raises:
            TextUnreadable: The model fails on one of them.
        """
        # A terminal hands over bytes that are no letters as half signs; the tokenizer takes none.
        whole = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(whole)]
        reading = self._readers.map if self._readers and len(tokens) > 1 else map
        made = list(reading(self._run, tokens))
        return np.stack(made) if made else np.zeros((0, self.dimensions), np.float32)

    def vector_of(self, words: str) -> Vectors:
        """Return the vector of a need, read once however many ask for it.

        Raises:
            TextUnreadable: The model fails on it.
        """
        with self._one_at_a_time[hash(words) % _LOCKS]:
            return self._known(words)

    def _vector_of(self, words: str) -> Vectors:
        vector: Vectors = self.embed([words])[0]
        return vector

    def _run(self, tokens: list[int]) -> Vectors:
        ids = np.array([tokens], np.int64)
        given = {self._ids: ids, self._mask: np.ones_like(ids)}
        given |= {name: np.zeros_like(ids) for name in self._others}
        try:
            output = np.asarray(self._session.run(None, given)[0], np.float32)[0]
        except Exception as error:  # the library has a class of its own for each of its codes
            raise TextUnreadable(str(error).splitlines()[0]) from error
        if output.ndim == 2:  # noqa: PLR2004 - a vector for each token: their mean is the text's
            output = output.mean(axis=0)
        vector: Vectors = output / max(float(np.linalg.norm(output)), 1e-12)
        return vector


def _options(options: Any) -> Any:
    options.intra_op_num_threads = 1
    # The arena keeps what the longest text ever needed.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return options


def _one_of(inputs: list[str], names: Sequence[str]) -> str:
    for name in names:
        if name in inputs:
            return name
    raise ModelUnusable(
        f"The model takes {', '.join(inputs)}; one of {', '.join(names)} is missing."
    )


_loading = threading.Lock()
_loaded: dict[tuple[Path, int], Embedder | ModelUnusable] = {}


def embedder(*, threads: int = 1) -> Embedder | None:
    """Return the model of this installation, None if there is none that works.

    Loaded on first use. One that cannot be read is tried once and told in the log: everything else
    goes on by words.
    """
    found = _load(threads)
    return found if isinstance(found, Embedder) else None


def trouble_with_model() -> str:
    """Return what is wrong with the model that the settings name, nothing if nothing is."""
    found = _load(1)
    return str(found) if isinstance(found, ModelUnusable) else ""


def _load(threads: int) -> Embedder | ModelUnusable | None:
    folder: Path | None = settings.MODEL_FOLDER
    if folder is None or not (folder / "model.onnx").is_file():
        return None
    with _loading:
        if (folder, threads) not in _loaded:
            try:
                _loaded[folder, threads] = Embedder(folder, threads=threads)
            except ModelUnusable as error:
                logger.warning("Needs are found by their words only: %s", error)
                _loaded[folder, threads] = error
        return _loaded[folder, threads]
