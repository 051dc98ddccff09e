"""Write anew the vectors that come with the product: `python -m nlu.vectors`, after the training data changed.

Reading all examples costs minutes of a small machine, and gives the same numbers everywhere; so they are made once.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from nlu import negatives, stand_ins
from nlu.model import training_files
from nlu.settings import ROOT
from nlu.words import tell


def training_texts(project: Path) -> list[str]:
    """The texts of all training examples, the packaged negatives included, each once."""
    from rasa.shared.importers.utils import training_data_from_paths

    data = [file for file in training_files(project) if file.parent.name == "nlu"]
    with tempfile.TemporaryDirectory() as workshop:
        files = [*map(str, data), str(negatives.write(Path(workshop)))]
        examples = training_data_from_paths(files, "nl").intent_examples
    return list(dict.fromkeys(example.get("text") for example in examples))


def main() -> int:
    """Encode what is new, and write the vectors of the data as it stands and no others."""
    stand_ins.install()
    from nlu.encoder import SHIPPED, KeptVectors, name_of, save

    texts = training_texts(ROOT)
    vectors = KeptVectors(None, SHIPPED).of(texts)
    save(SHIPPED, {name_of(text): vector for text, vector in zip(texts, vectors, strict=True)})
    tell(f"{len(texts)} zinnen", f"{len(texts)} sentences")
    return 0


if __name__ == "__main__":
    sys.exit(main())
