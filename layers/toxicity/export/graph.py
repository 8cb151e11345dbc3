"""Writes BERT's kin as a graph made for one text at a time; exact, and faster than a traced one.

A traced graph carries shapes, masks and batches that one unpadded text has no use for, computes the last
layer for every token though only the first one's outcome is read, and takes attention apart into many steps.
This one is written from the weights. It serves BERT, RoBERTa and XLM-R; what else there is gets traced.
Where it is told which tokens tell most, it reads on with those (`export.pruning`), and is exact but for that.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from export import pruning

OPSET = 17
# For MultiHeadAttention and Gelu, which onnxruntime brings along.
CONTRIB = "com.microsoft"
_CONTRIB_VERSION = 1
_IR_VERSION = 8
_CLASSIFIERS = tuple(f"{family}ForSequenceClassification" for family in ("Bert", "Roberta", "XLMRoberta"))
_PREFIXES = ("bert", "roberta")
# Weights as small as this stay in the graph; the rest lies where it can be mapped into memory.
_LARGEST_INLINE_BYTES = 1024
_ALIGNMENT = 64


def is_supported(model: Any) -> bool:  # noqa: ANN401 (torch has no types here)
    """Whether `encoder` can write this model: a class that it knows, in the form that everybody uses."""
    config = model.config
    return (
        type(model).__name__ in _CLASSIFIERS
        and config.hidden_act == "gelu"
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
        and not getattr(config, "is_decoder", False)
    )


def encoder(
    config: Any,  # noqa: ANN401 (transformers has no types)
    weights: Mapping[str, NDArray[np.float32]],
    saliency: NDArray[np.float32] | None = None,
) -> onnx.ModelProto:
    """The graph: `input_ids` [1, tokens] int64 in, `scores` [1, labels] out, single precision.

    Args:
        config: the model's Hugging Face config.
        weights: its state, as Hugging Face names it.
        saliency: [width], to read on with the tokens that tell most; None to read on with all.
    """
    return _Encoder(config, weights, saliency).model()


def externalise(source: Path, target: Path, data: Path) -> None:
    """Moves a model's weights out into a file beside it, which a process maps instead of copying it."""
    model = onnx.load(source)
    with data.open("wb") as file:
        for tensor in model.graph.initializer:
            content = numpy_helper.to_array(tensor).tobytes()
            if len(content) <= _LARGEST_INLINE_BYTES:
                continue
            file.write(bytes(-file.tell() % _ALIGNMENT))
            place = {"location": data.name, "offset": file.tell(), "length": len(content)}
            file.write(content)
            _clear(tensor)
            tensor.data_location = TensorProto.EXTERNAL
            tensor.external_data.extend(
                onnx.StringStringEntryProto(key=key, value=str(value)) for key, value in place.items()
            )
    target.write_bytes(model.SerializeToString(deterministic=True))


def _clear(tensor: TensorProto) -> None:
    for field in ("raw_data", "float_data", "int32_data", "int64_data"):
        tensor.ClearField(field)


class _Encoder:
    """Collects the nodes. What flows between the layers is [1, tokens, width]."""

    def __init__(
        self,
        config: Any,  # noqa: ANN401 (transformers has no types)
        weights: Mapping[str, NDArray[np.float32]],
        saliency: NDArray[np.float32] | None,
    ) -> None:
        self._config = config
        self._weights = weights
        self._saliency = saliency
        self._prefix = next(
            name for name in _PREFIXES if f"{name}.embeddings.word_embeddings.weight" in weights
        )
        self._heads: int = config.num_attention_heads
        self._scale = float(config.hidden_size // self._heads) ** -0.5
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, TensorProto] = {}

    def model(self) -> onnx.ModelProto:
        hidden = self._embedded()
        for index in range(self._config.num_hidden_layers):
            hidden = self._layer(hidden, index)
        first = self._op("Reshape", hidden, self._constant("row", np.array([1, -1])))
        head = (
            ("bert.pooler.dense", "classifier")
            if self._prefix == "bert"
            else ("classifier.dense", "classifier.out_proj")
        )
        logits = self._linear(self._op("Tanh", self._linear(first, head[0])), head[1])
        self._nodes.append(helper.make_node("Sigmoid", [logits], ["scores"], name="scores"))
        graph = helper.make_graph(
            self._nodes,
            self._prefix,
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])],
            [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, self._config.num_labels])],
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, _CONTRIB_VERSION)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)

    def _embedded(self) -> str:
        name = f"{self._prefix}.embeddings"
        words = self._op("Gather", self._weight(f"{name}.word_embeddings.weight"), "input_ids")
        # One text has one segment. RoBERTa counts positions from behind its padding's.
        positions = self._weights[f"{name}.position_embeddings.weight"]
        if self._prefix == "roberta":
            positions = positions[self._config.pad_token_id + 1 :]
        places = self._constant(
            f"{name}.places", positions + self._weights[f"{name}.token_type_embeddings.weight"][0]
        )
        tokens = self._op("Shape", "input_ids", start=1, end=2)
        zero = self._constant("zero", np.array([0]))
        return self._norm(
            self._op("Add", words, self._op("Slice", places, zero, tokens, zero)), f"{name}.LayerNorm"
        )

    def _layer(self, hidden: str, index: int) -> str:
        name = f"{self._prefix}.encoder.layer.{index}"
        is_last = index == self._config.num_hidden_layers - 1
        asking = self._asking(hidden, index)
        query = self._linear(asking, f"{name}.attention.self.query", scale=self._scale)
        context = self._context_of_one if is_last else self._context
        attended = self._linear(
            context(query, hidden, f"{name}.attention.self"), f"{name}.attention.output.dense"
        )
        asking = self._norm(self._op("Add", attended, asking), f"{name}.attention.output.LayerNorm")
        if self._saliency is not None and index == pruning.LAYER:
            asking = self._telling(asking, self._saliency)
        wide = self._op("Gelu", self._linear(asking, f"{name}.intermediate.dense"), domain=CONTRIB)
        narrow = self._linear(wide, f"{name}.output.dense")
        return self._norm(self._op("Add", narrow, asking), f"{name}.output.LayerNorm")

    def _asking(self, hidden: str, index: int) -> str:
        """The tokens that ask all others in a layer, and go on from it."""
        if index == self._config.num_hidden_layers - 1:
            return self._first(hidden)  # the only one whose outcome is classified
        if self._saliency is not None and index == pruning.AGAIN:
            return self._first_half(hidden)
        return hidden

    def _telling(self, hidden: str, saliency: NDArray[np.float32]) -> str:
        """The first token and the others that tell most: half of all, and no fewer than there are of few."""
        zero, one = self._constant("zero", np.array([0])), self._constant("one", np.array([1]))
        # Not a product of matrices: that would be quantised.
        weighted = self._op("Mul", hidden, self._constant("saliency", saliency))
        tells = self._op("ReduceSum", weighted, self._constant("but tokens", np.array([0, 2])), keepdims=0)
        others = self._op("Slice", tells, one, self._constant("end", np.array([np.iinfo("int64").max])))
        places = self._top(others, self._op("Sub", self._half(hidden), one))
        kept = self._op("Concat", zero, self._op("Add", places, one), axis=0)
        return self._op("Gather", hidden, kept, axis=1)

    def _first_half(self, hidden: str) -> str:
        """Of tokens in the order in which they tell the first half, and no fewer than there are of few."""
        zero, one = self._constant("zero", np.array([0])), self._constant("one", np.array([1]))
        return self._op("Slice", hidden, zero, self._half(hidden), one)

    def _half(self, hidden: str) -> str:
        """How many of the tokens go on, [1]: half, and no fewer than there are of few."""
        count = self._op("Shape", hidden, start=1, end=2)
        more = self._op("Add", count, self._constant("one", np.array([1])))
        half = self._op("Div", more, self._constant("two", np.array([2])))
        few = self._op("Min", count, self._constant("least", np.array([pruning.LEAST])))
        return self._op("Max", half, few)

    def _top(self, values: str, count: str) -> str:
        """The places of the greatest values, the greatest first."""
        self._op("TopK", values, count)
        node = self._nodes[-1]
        node.output.append(f"{node.name}_places")
        return f"{node.name}_places"

    def _first(self, hidden: str) -> str:
        zero, one = self._constant("zero", np.array([0])), self._constant("one", np.array([1]))
        return self._op("Slice", hidden, zero, one, one)

    def _context(self, query: str, hidden: str, name: str) -> str:
        key, value = self._linear(hidden, f"{name}.key"), self._linear(hidden, f"{name}.value")
        return self._op(
            "MultiHeadAttention", query, key, value, domain=CONTRIB, num_heads=self._heads, scale=1.0
        )

    def _context_of_one(self, query: str, hidden: str, name: str) -> str:
        """What one token attends to, without keys and values of the others.

        `q (x K + b)'` is `(q K') x'` and a term that is the same for every token, which the softmax takes
        out; and as attention sums to one, `a (x V + b)` is `(a x) V + b`. So the two products with the
        weights are made once a head instead of once a token. A mask keeps each head to its own columns.
        """
        width: int = self._config.hidden_size
        own = np.kron(np.eye(self._heads), np.ones(width // self._heads)).astype(np.float32)
        heads = self._constant("heads", own[np.newaxis])  # [1, heads, width]
        keys = self._constant(f"{name}.key.transposed", self._weights[f"{name}.key.weight"])
        asked = self._op("MatMul", self._op("Mul", query, heads), keys)
        seen = self._op("MatMul", asked, self._op("Transpose", hidden, perm=[0, 2, 1]))
        mean = self._op("MatMul", self._op("Softmax", seen, axis=-1), hidden)  # [1, heads, width]
        values = self._op("MatMul", mean, self._weight(f"{name}.value.weight", is_transposed=True))
        axis = self._constant("one", np.array([1]))
        context = self._op("ReduceSum", self._op("Mul", values, heads), axis, keepdims=1)
        return self._op("Add", context, self._weight(f"{name}.value.bias"))

    def _linear(self, hidden: str, name: str, scale: float = 1.0) -> str:
        product = self._op("MatMul", hidden, self._weight(f"{name}.weight", scale, is_transposed=True))
        return self._op("Add", product, self._weight(f"{name}.bias", scale))

    def _norm(self, hidden: str, name: str) -> str:
        scale, bias = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return self._op(
            "LayerNormalization", hidden, scale, bias, axis=-1, epsilon=self._config.layer_norm_eps
        )

    def _weight(self, name: str, scale: float = 1.0, *, is_transposed: bool = False) -> str:
        array = self._weights[name]
        return self._constant(name, (array.T if is_transposed else array) * np.float32(scale))

    def _constant(self, name: str, array: NDArray[Any]) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def _op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:  # noqa: ANN401
        output = f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output
