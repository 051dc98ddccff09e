"""Tuning the sentence encoder on Balie's own training data: `make tune`, in an environment of its own (PyTorch).

Only biases and layer norms are tuned (BitFit, Ben Zaken et al. 2022): 40,000 numbers of 118 million. They are kept as
plain floats in the encoder's file, so the four-bit weights stay as they come in the package, and what is shipped is a
sixth of a megabyte (nlu/tuned.npz). The running engine needs nothing of this room but that file.
"""
