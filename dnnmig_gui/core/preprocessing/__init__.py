"""Preprocessing methods, one file a method.

A method is ``solve(model, parameters, run) -> Preprocessed``: a model in, a smaller model out.
"""

from dnnmig_gui.core.preprocessing.result import Preprocessed

__all__ = ["Preprocessed"]
