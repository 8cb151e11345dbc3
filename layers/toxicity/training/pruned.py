"""The encoder as the scorer runs it: it reads on with the tokens that tell most (`export.pruning`)."""

from __future__ import annotations

from typing import Any, Final

import torch

from export.pruning import AGAIN, LAYER, LEAST

# Added to a score of attention, so much that nothing comes of it, at any precision.
_NEVER: Final = -1e9


def log_odds(model: Any, ids: torch.Tensor, mask: torch.Tensor, saliency: torch.Tensor) -> torch.Tensor:  # noqa: ANN401
    """What a BERT classifier says, [rows, labels], of texts that it reads on with half of.

    Args:
        model: in Hugging Face's form; transformers has no types here.
        ids: [rows, tokens].
        mask: the same shape: 1 for a token, 0 behind the text's end.
        saliency: [width], the weights of how much a token tells.
    """
    return ended(model, *kept(begun(model, ids, mask), mask, saliency), are_ordered=True)


def begun(model: Any, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:  # noqa: ANN401
    """The vectors where tokens are left out, [rows, tokens, width]: behind the attention of LAYER."""
    hidden = model.bert.embeddings(input_ids=ids)
    for layer in model.bert.encoder.layer[:LAYER]:
        hidden = layer(hidden, _added(mask, hidden.dtype))
    attended: torch.Tensor = model.bert.encoder.layer[LAYER].attention(hidden, _added(mask, hidden.dtype))[0]
    return attended


def ended(
    model: Any,  # noqa: ANN401
    hidden: torch.Tensor,
    mask: torch.Tensor,
    *,
    are_ordered: bool = False,
) -> torch.Tensor:
    """What becomes of such vectors: log-odds, [rows, labels].

    Args:
        model: as above.
        hidden: [rows, tokens, width].
        mask: [rows, tokens].
        are_ordered: whether the tokens stand in the order in which they tell, so that half go on from AGAIN.
    """
    layer, *later = model.bert.encoder.layer[LAYER:]
    hidden = layer.output(layer.intermediate(hidden), hidden)
    for index, each in enumerate(later, LAYER + 1):
        if are_ordered and index == AGAIN:
            attended = each.attention(hidden, _added(mask, hidden.dtype))[0]
            counts = _counts(mask)
            attended, mask = attended[:, : int(counts.max())], _masked(counts, mask)
            hidden = each.output(each.intermediate(attended), attended)
        else:
            hidden = each(hidden, _added(mask, hidden.dtype))
    logits: torch.Tensor = model.classifier(model.dropout(model.bert.pooler(hidden)))
    return logits


def kept(
    hidden: torch.Tensor, mask: torch.Tensor, saliency: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The tokens that tell most, in that order, the first one before all, and their mask."""
    counts = _counts(mask)
    # Not a product of matrices, which half precision would blur.
    tells = (hidden.detach().float() * saliency).sum(dim=2).masked_fill(mask == 0, -torch.inf)
    tells[:, 0] = torch.inf
    places = tells.topk(int(counts.max()), dim=1).indices
    chosen = hidden.gather(1, places.unsqueeze(2).expand(-1, -1, hidden.shape[2]))
    return chosen, _masked(counts, mask)


def _counts(mask: torch.Tensor) -> torch.Tensor:
    """How many of each row's tokens go on, [rows]: half, and no fewer than there are of few."""
    lengths = mask.sum(dim=1)
    return torch.maximum((lengths + 1) // 2, lengths.clamp(max=LEAST))


def _masked(counts: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    return (torch.arange(int(counts.max()), device=mask.device) < counts.unsqueeze(1)).to(mask.dtype)


def _added(mask: torch.Tensor, kind: torch.dtype) -> torch.Tensor:
    """What attention adds to its scores, [rows, 1, 1, tokens]."""
    return (1 - mask[:, None, None, :].to(kind)) * _NEVER
