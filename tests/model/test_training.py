"""Training: it learns, goes on where it stopped, and ends in a checkpoint that Detoxify loads."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from export import checkpoint_folder, pruning
from export.detoxify_checkpoint import load
from toxicity.linear import BUCKETS, Linear
from training import __main__ as program
from training import batches, encoder, interpolation
from training.beside import Linears
from training.data import LABELS
from training.judge import Judge
from training.mixture import Passes, Row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

STEPS = 24
RANK = 3
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "you", "are", "kind", "idiot", "an", "so", "the", "bridge"]
KNOWN = (1.0, float("nan"), 0.0, 0.0, 1.0, 0.0)
HARMLESS = (0.0,) * len(LABELS)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """An encoder of a few thousand weights, in Hugging Face's form."""
    folder = tmp_path / "tiny"
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder)
    tokenizer = Tokenizer(models.WordPiece({word: row for row, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(folder)
    return folder


def rows(_number: int) -> list[Row]:
    rude = [Row("you are an idiot", KNOWN), Row("so an idiot", KNOWN)]
    kind = [Row("you are so kind", HARMLESS), Row("the bridge", HARMLESS)]
    return [*rude, *kind] * 16


def rows_until_interrupted(number: int) -> list[Row]:
    if number == 1:
        raise KeyboardInterrupt
    return rows(number)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_TOKENS", 64)
    monkeypatch.setattr(encoder, "WARM_UP", 2)
    monkeypatch.setattr(encoder, "PEAK_RATE", 5e-3)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    state: dict[str, torch.Tensor] = torch.load(folder / "state.pt", weights_only=True)["model"]
    return state


@pytest.mark.parametrize("rank", [0, RANK])
def test_a_run_that_was_interrupted_ends_as_one_that_was_not(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rank: int
) -> None:
    monkeypatch.setattr(encoder, "SAVE_EVERY_S", -1)
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    schedule = encoder.Schedule(STEPS, rank)
    encoder.train(tiny, rows, schedule, folder=whole, seed=7)

    with pytest.raises(KeyboardInterrupt):
        encoder.train(tiny, rows_until_interrupted, schedule, folder=halves, seed=7)
    encoder.train(tiny, rows, schedule, folder=halves, seed=7)

    expected, found = weights(whole), weights(halves)
    assert all(torch.equal(expected[name], found[name]) for name in expected)


def packaged(model: Path, folder: Path) -> Path:
    linear = folder / "linear.bin"
    zeros = np.zeros(6, np.float32)
    linear.write_bytes(Linear(np.zeros((BUCKETS, 6), np.int8), zeros, zeros).to_bytes())
    return program.package(model, linear, folder / "checkpoint")


def test_the_checkpoint_of_a_run_is_one_of_detoxifys_and_has_learned(tiny: Path, tmp_path: Path) -> None:
    model = encoder.train(tiny, rows, encoder.Schedule(8 * STEPS), folder=tmp_path / "run", seed=7)

    source = checkpoint_folder.read(packaged(model, tmp_path))

    detoxify = load(source)
    assert detoxify.class_names == list(LABELS)
    scores = detoxify.predict(["you are an idiot", "you are so kind"])
    rude, kind = scores["toxicity"]
    assert rude - kind > 0.5
    assert scores["insult"][0] > 0.5
    assert source.linear is not None


def test_a_run_can_go_on_from_a_checkpoint(tiny: Path, tmp_path: Path) -> None:
    model = encoder.train(tiny, rows, encoder.Schedule(STEPS), folder=tmp_path / "first", seed=7)

    start = program.taken_up(packaged(model, tmp_path), tmp_path / "start")
    encoder.train(start, rows, encoder.Schedule(0), folder=tmp_path / "second", seed=8)

    expected, found = weights(tmp_path / "first"), weights(tmp_path / "second")
    assert all(torch.equal(expected[name], found[name]) for name in expected)


@pytest.fixture
def deep(tiny: Path, tmp_path: Path) -> Path:
    """The same with layers enough that the later ones are spared something."""
    folder = tmp_path / "deep"
    shutil.copytree(tiny, folder)
    config = json.loads((tiny / "config.json").read_text("utf-8")) | {"num_hidden_layers": 4}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return folder


def test_a_run_that_goes_on_reads_with_the_tokens_that_told_most(deep: Path, tmp_path: Path) -> None:
    first = encoder.train(deep, rows, encoder.Schedule(0), folder=tmp_path / "first", seed=7)
    program._find_saliency(first, rows)

    start = program.taken_up(packaged(first, tmp_path), tmp_path / "start")
    second = encoder.train(start, rows, encoder.Schedule(STEPS), folder=tmp_path / "second", seed=7)
    (tmp_path / "again").mkdir()
    source = checkpoint_folder.read(packaged(second, tmp_path / "again"))

    told = (first / pruning.FILE).read_bytes()
    assert source.saliency
    assert source.saliency.read_bytes() == told
    model = encoder.classifier(second)
    assert model.saliency.tolist() == pruning.read(source.saliency, model.config).tolist()


def test_training_reads_on_with_half_of_a_long_text(deep: Path, tmp_path: Path) -> None:
    model = encoder.train(deep, rows, encoder.Schedule(0), folder=tmp_path / "run", seed=7)
    short, long = (Row(" ".join(["you are an idiot"] * times), KNOWN) for times in (3, 9))

    whole = [said_of(model, row) for row in (short, long)]
    program._find_saliency(model, lambda _number: [short, long])
    half = [said_of(model, row) for row in (short, long)]

    assert np.abs(half[0] - whole[0]).max() < 1e-5
    assert np.abs(half[1] - whole[1]).max() > 1e-4


def test_of_few_layers_none_is_spared_anything(tiny: Path, tmp_path: Path) -> None:
    model = encoder.train(tiny, rows, encoder.Schedule(0), folder=tmp_path / "run", seed=7)

    program._find_saliency(model, rows)

    assert checkpoint_folder.read(packaged(model, tmp_path)).saliency is None


def whoever_judges(_judge: object) -> Passes:
    return rows


def test_runs_from_different_checkpoints_have_states_of_their_own(tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for steps in (1, 2):
        folder = tmp_path / f"after-{steps}"
        model = encoder.train(tiny, rows, encoder.Schedule(steps), folder=folder, seed=7)
        start = packaged(model, folder)

        found = program._gone_on(start, whoever_judges, 0, Knowing(0.0), out)

        expected, gone_on = (load_file(one / "model.safetensors") for one in (model, found))
        assert all(torch.equal(expected[name], gone_on[name]) for name in expected)
    assert len(list(out.glob("from-*/state.pt"))) == 2


def test_a_run_that_has_ended_reads_nothing_more(tiny: Path, tmp_path: Path) -> None:
    for passes in (rows, rows_until_interrupted, interrupted):
        found = encoder.train(tiny, passes, encoder.Schedule(3), folder=tmp_path / "run", seed=7)

    assert (found / "model.safetensors").exists()


def interrupted(_number: int) -> list[Row]:
    raise KeyboardInterrupt


def test_going_on_changes_matrices_of_the_layers_by_little_and_no_word(tiny: Path, tmp_path: Path) -> None:
    first = encoder.train(tiny, rows, encoder.Schedule(0), folder=tmp_path / "first", seed=7)

    schedule = encoder.Schedule(STEPS, rank=RANK)
    second = encoder.train(first, rows, schedule, folder=tmp_path / "second", seed=7)

    begun, arrived = (load_file(one / "model.safetensors") for one in (first, second))
    changes = {name: arrived[name] - weights for name, weights in begun.items()}
    changed = {name for name, change in changes.items() if change.any()}
    assert changed == {name for name in begun if "embeddings" not in name}
    for name in changed:
        if changes[name].dim() > 1 and "classifier" not in name:
            assert torch.linalg.matrix_rank(changes[name], rtol=1e-3) == RANK, name


def test_a_trained_encoder_goes_back_to_its_origin_by_as_much_as_is_asked(tiny: Path, tmp_path: Path) -> None:
    trained = encoder.train(tiny, rows, encoder.Schedule(STEPS), folder=tmp_path / "run", seed=7)

    half = interpolation.back(trained, tiny, 0.5, tmp_path / "half")

    begun, arrived, between = (load_file(one / "model.safetensors") for one in (tiny, trained, half))
    for name, weights in between.items():
        if "encoder.layer" in name:
            origin = begun[name.removeprefix("bert.")]
            torch.testing.assert_close(weights, (origin + arrived[name]) / 2)
        else:
            assert torch.equal(weights, arrived[name])
    assert (half / "tokenizer.json").read_bytes() == (trained / "tokenizer.json").read_bytes()


def test_a_gentle_schedule_is_the_same_at_a_part_of_the_rate() -> None:
    whole, gentle = encoder.Schedule(10), encoder.Schedule(10, pace=0.5)

    assert [gentle.rate(step) for step in range(10)] == [whole.rate(step) / 2 for step in range(10)]


class Knowing(Linears):
    """Linear models that have read the answers: `sure` is how sure they are of them."""

    def __init__(self, sure: float) -> None:
        super().__init__([])
        self.sure = sure

    def log_odds(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        true = np.array([row.targets for row in rows]) > 0
        return np.where(true, self.sure, -self.sure).astype(np.float32)


def test_an_encoder_learns_what_the_linear_model_beside_it_cannot_tell(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "ALONE", 0.0)
    begun = encoder.train(tiny, rows, encoder.Schedule(0), folder=tmp_path / "begun", seed=7)

    def change(beside: Linears, name: str) -> float:
        model = encoder.train(
            begun, rows, encoder.Schedule(STEPS), folder=tmp_path / name, seed=7, beside=beside
        )
        first, last = (load_file(one / "model.safetensors")["classifier.bias"] for one in (begun, model))
        return float((last - first).abs().max())

    # What is known already leaves nothing to learn; what is known wrongly is set right.
    known, unknown, wrong = (change(Knowing(sure), f"{sure}") for sure in (60.0, 0.0, -4.0))
    assert min(unknown, wrong) > 1e-3
    assert known < min(unknown, wrong) / 100


def batch_of(*rows: Row) -> batches.Batch:
    return batches.of([[2, 4, 3]] * len(rows), rows, Knowing(0.0))


def test_where_raters_are_few_the_linear_model_has_a_say_in_the_target() -> None:
    unsure = Row("you are an idiot", KNOWN, trust=0.6)

    batch = encoder._believed(batch_of(unsure))

    expected = [0.6 * target + 0.4 * 0.5 for target in KNOWN]
    assert batch["targets"][0].tolist() == pytest.approx(expected, nan_ok=True)


def test_who_is_believed_keeps_the_target() -> None:
    batch = encoder._believed(batch_of(Row("you are an idiot", KNOWN)))

    assert batch["targets"][0].tolist() == pytest.approx(KNOWN, nan_ok=True)


LABEL_WEIGHTS = torch.tensor(encoder.LABEL_WEIGHTS)
UNKNOWN = (float("nan"),) * len(LABELS)


def test_what_is_to_be_kept_is_learned_from_its_labels_by_as_much_less() -> None:
    logits = torch.full((1, len(LABELS)), -1.0)

    learned, partly, kept = (
        encoder._loss(logits, batch_of(Row("you are an idiot", KNOWN, kept=share)), LABEL_WEIGHTS).item()
        for share in (0.0, 0.75, 1.0)
    )

    assert learned > 0
    assert partly == pytest.approx(learned / 4)
    assert kept == 0


def test_going_on_costs_as_much_as_log_odds_go_away_from_what_is_to_be_kept() -> None:
    before = torch.linspace(-9.0, 3.0, len(LABELS)).unsqueeze(0)

    def drift(by: float, kept: float) -> float:
        batch = batch_of(Row("are an idiot", UNKNOWN, kept=kept))
        return float(encoder._drift(before + by, before, batch, LABEL_WEIGHTS))

    assert drift(0.0, 1.0) == 0
    assert drift(-2.0, 1.0) == pytest.approx(encoder.DRIFT * 4 * sum(encoder.LABEL_WEIGHTS))
    assert drift(-2.0, 0.5) == pytest.approx(drift(-2.0, 1.0) / 2)
    assert drift(-2.0, 0.0) == 0


def test_going_on_keeps_what_the_checkpoint_says_of_pieces(tiny: Path, tmp_path: Path) -> None:
    first = encoder.train(tiny, rows, encoder.Schedule(STEPS), folder=tmp_path / "first", seed=7)
    piece = Row("an idiot so kind", UNKNOWN, kept=1.0)
    opposite = [Row("you are an idiot", HARMLESS), Row("you are so kind", (1.0,) * len(LABELS))]

    def change(kept: list[Row], name: str) -> float:
        schedule = encoder.Schedule(STEPS, rank=RANK)
        passes = [*opposite, *kept] * 16
        second = encoder.train(
            first, lambda _number: passes, schedule, folder=tmp_path / name, seed=7, beside=Knowing(0.0)
        )
        return float(np.abs(said_of(second, piece) - said_of(first, piece)).max())

    assert change([piece] * 4, "kept") < change([], "free") / 2


def said_of(model: Path, row: Row) -> NDArray[np.float32]:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(model)
    batch = batches.of(batches.token_ids(tokenizer, [row]), [row], None)
    said: NDArray[np.float32] = encoder.log_odds(encoder.classifier(model).eval(), batch).detach().numpy()
    return said


def test_a_judges_errors_are_those_of_both_models_together(tiny: Path, tmp_path: Path) -> None:
    model = encoder.train(tiny, rows, encoder.Schedule(8 * STEPS), folder=tmp_path / "run", seed=7)
    asked = [
        Row("you are an idiot so so so", KNOWN),
        Row("you are so kind", (1.0,) * len(LABELS)),
        Row("you are so kind", HARMLESS),
        Row("you are so kind", UNKNOWN),
    ]

    right, wrong, kind, unknown = Judge(model, Knowing(0.0)).errors(asked)

    assert wrong > 10 * max(right, kind)
    assert unknown == 0
    told = Judge(model, Knowing(9.0)).errors(asked)
    assert told[1] < wrong / 10
