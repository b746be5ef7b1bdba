"""The stops of the tour: the real parts of the window, in the order in which people need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dnnmig_gui.gui.help.tour import Step
from dnnmig_gui.gui.language import tr

if TYPE_CHECKING:
    from dnnmig_gui.gui.window import MainWindow


def tour_steps(window: MainWindow) -> tuple[Step, ...]:
    """Return the stops; some are passed by doing what they tell of."""
    return (
        Step(
            tr("The network"),
            tr(
                "Clients at the left, edge servers in the middle, clouds at the right. Lines are links. Drag servers, "
                "click one to see and change its figures."
            ),
            lambda: window.topology,
        ),
        Step(
            tr("How to plan"),
            tr(
                "An offloading method decides where each layer of the model runs, an uploading method what is sent "
                "first. F1 on either tells what it does and who invented it."
            ),
            lambda: window.plan_panel,
        ),
        Step(
            tr("Plan"),
            tr("Press Plan, or Ctrl+Enter. You can go on working, and cancel it with Esc."),
            lambda: window.plan_button,
            window.planning.settled,
        ),
        Step(
            tr("Watch it move"),
            tr(
                "Press Play, or Space. The staircase shows how the delay of a query falls with every partition that "
                "arrives. Drag the playhead; W, S, A and D zoom and pan."
            ),
            lambda: window.timeline,
            window.clock.playing_changed,
        ),
        Step(
            tr("The model"),
            tr(
                "The colour of a layer says where it runs now: client, edge or cloud. Hatched layers are on their way, "
                "dashed ones are still to come."
            ),
            lambda: window.dnn,
        ),
        Step(
            tr("Find anything"),
            tr(
                "Ctrl+Shift+P finds every action, example, server, layer and method by a few letters. ? shows all "
                "keys, F1 the guide."
            ),
            lambda: window.top_bar.search,
        ),
    )
