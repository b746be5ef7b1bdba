"""Figures of publication quality, drawn with matplotlib and without a screen."""

from dnnmig_gui.core.reporting.figures.canvas import figure_bytes, inline_svg

__all__ = ["figure_bytes", "inline_svg"]
