"""Solvers see arrays, never documents: a scenario compiled once, and what a plan of it costs."""

from dnnmig_gui.core.costs.problem import Figures, LinearCost, Problem, UserProblem

__all__ = ["Figures", "LinearCost", "Problem", "UserProblem"]
