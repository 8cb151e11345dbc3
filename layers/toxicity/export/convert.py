"""Detoxify model to ONNX, to int8, to a graph that is optimised already; and its tokenizer."""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from export import graph

# Any few tokens do: the graph is traced for every length.
_TRACED_TOKENS = 24


def to_onnx(
    detoxify: Any,  # noqa: ANN401 (Detoxify has no types)
    target: Path,
    saliency: NDArray[np.float32] | None = None,
) -> None:
    """Writes the model in single precision: `input_ids` [1, tokens] in, `scores` [1, labels] out.

    One text at a time and no padding, so no attention mask; the sigmoid is part of the graph. With
    `saliency`, [width], it reads on with the tokens that tell most (`export.pruning`), unless it is traced.
    """
    model = detoxify.model.eval()
    if graph.is_supported(model):
        weights = {name: tensor.detach().numpy() for name, tensor in model.state_dict().items()}
        target.write_bytes(
            graph.encoder(model.config, weights, saliency).SerializeToString(deterministic=True)
        )
    else:
        _trace(model, target)


def _trace(model: Any, target: Path) -> None:  # noqa: ANN401 (torch is not here)
    import torch  # noqa: PLC0415 (seconds to import)

    class Probabilities(torch.nn.Module):  # type: ignore[misc]
        def __init__(self, classifier: torch.nn.Module) -> None:
            super().__init__()
            self.classifier = classifier

        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            return torch.sigmoid(self.classifier(input_ids=input_ids).logits)

    # The plain form of attention traces without the branches of the fused one.
    model.set_attn_implementation("eager")
    low, high = 10, model.config.vocab_size
    ids = torch.arange(_TRACED_TOKENS).remainder(high - low).add(low).unsqueeze(0)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter(
            "ignore"
        )  # the tracer's remarks on constants; the parity tests judge the outcome
        torch.onnx.export(
            Probabilities(model),
            (ids,),
            str(target),
            dynamo=False,
            opset_version=graph.OPSET,
            input_names=["input_ids"],
            output_names=["scores"],
            dynamic_axes={"input_ids": {1: "tokens"}},
        )


def quantise(source: Path, target: Path) -> None:
    """Dynamic int8: weights per channel in 7 bits, activations scaled as they come.

    7 bits (`reduce_range`) because processors without VNNI add pairs of products in 16 bits, which 8-bit
    weights overflow; so scores are the same on every machine. With scales per channel it costs no accuracy.
    """
    import onnx  # noqa: PLC0415
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    quantize_dynamic(
        str(source),
        str(target),
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        # It does not know what onnxruntime's own operators give.
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


def optimise(source: Path, target: Path, weights: Path) -> None:
    """Stores the graph as onnxruntime optimises it for any processor, and its weights in a file beside it.

    Both halve the time that it takes to load, and weights that are mapped take half the memory.
    """
    import onnxruntime  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    whole = source.with_suffix(".optimised.onnx")
    options.optimized_model_filepath = str(whole)
    # The fused operator is slower than its parts: 0.13 ms against 0.03 ms, 12 times a run.
    onnxruntime.InferenceSession(
        str(source), options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )
    graph.externalise(whole, target, weights)


def write_tokenizer(detoxify: Any, target: Path) -> None:  # noqa: ANN401 (Detoxify has no types)
    """Writes the fast tokenizer without truncation and padding: the scorer sets its own windows."""
    tokenizer = json.loads(detoxify.tokenizer.backend_tokenizer.to_str())
    tokenizer["truncation"] = tokenizer["padding"] = None
    target.write_text(json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")), "utf-8")
