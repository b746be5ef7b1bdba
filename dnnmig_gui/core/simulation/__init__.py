"""The running phase: an upload thread and a query thread a user, played to a trace."""

from dnnmig_gui.core.simulation.trace import Lane, SliceKind, Trace

__all__ = ["Lane", "SliceKind", "Trace"]
