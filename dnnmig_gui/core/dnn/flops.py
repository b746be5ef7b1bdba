"""How FLOPs are counted: the one table of rules that the ONNX import and the zoo share.

================================  ==========================================================================
layer                             FLOP of one query
================================  ==========================================================================
convolution                       2 x output elements x input channels of a group x kernel elements
transposed convolution            2 x input elements x output channels of a group x kernel elements
fully connected                   2 x inputs x outputs (x rows)
matrix product                    2 x output elements x length of the summed axis
RNN, GRU, LSTM                    2 x steps x batch x directions x gates x hidden x (inputs + hidden)
attention                         2 x scores x (length of a query vector + length of a value vector)
activation, add, scale, dropout   1 an output element
pooling, global pooling           1 an output element
LRN, batch/layer normalisation    1 an output element
softmax                           1 an output element
sum, mean, maximum along axes     1 an input element
concat, reshape, slice, ...       0: they move data and compute nothing
input                             0
================================  ==========================================================================

A multiply-add is 2 FLOP. Adding a bias is not counted. Pooling and normalisation count one an output element although a
window has several: the published layer tables that profiles come with count so, and their FLOPs are beneath a
hundredth of a model's. Dilation and padding do not matter: a kernel element is counted at each output element.
"""

from __future__ import annotations

DATA_MOVEMENT = 0
"""FLOP of a layer that only moves or renames data: concat, reshape, flatten, transpose, slice, identity, input."""

RNN_GATES = {"rnn": 1, "gru": 3, "lstm": 4}
"""Weight matrices a recurrent layer holds for its input, and again for its state."""


def convolution_flops(output_elements: int, in_channels_per_group: int, kernel_elements: int) -> int:
    """Return the FLOP of a convolution, grouped, depthwise or dilated.

    Parameters
    ----------
    output_elements
        Elements of the output tensor, batch and channels included.
    in_channels_per_group
        Input channels that one output element sees: all of them over the groups; 1 when depthwise.
    kernel_elements
        Elements of one kernel plane: 9 for 3 x 3.
    """
    return 2 * output_elements * in_channels_per_group * kernel_elements


def transposed_convolution_flops(input_elements: int, out_channels_per_group: int, kernel_elements: int) -> int:
    """Return the FLOP of a transposed convolution: an input element is spread over a kernel of each output channel."""
    return 2 * input_elements * out_channels_per_group * kernel_elements


def fully_connected_flops(inputs: int, outputs: int, rows: int = 1) -> int:
    """Return the FLOP of a fully connected layer applied to `rows` vectors of `inputs` elements."""
    return 2 * inputs * outputs * rows


def matrix_product_flops(output_elements: int, summed: int) -> int:
    """Return the FLOP of a (batched) matrix product whose output elements are dot products of length `summed`."""
    return 2 * output_elements * summed


def recurrent_flops(gates: int, *, steps: int, batch: int, inputs: int, hidden: int, directions: int = 1) -> int:
    """Return the FLOP of a recurrent layer: its matrix products; `gates` is 1 for RNN, 3 for GRU, 4 for LSTM."""
    return 2 * steps * batch * directions * gates * hidden * (inputs + hidden)


def attention_flops(scores: int, query_length: int, value_length: int) -> int:
    """Return the FLOP of scaled dot-product attention: the products with keys and with values.

    Parameters
    ----------
    scores
        Elements of the score tensor: batch x heads x queries x keys.
    query_length, value_length
        Length of one head's query and value vector.
    """
    return 2 * scores * (query_length + value_length)


def elementwise_flops(elements: int) -> int:
    """Return the FLOP of an element-wise layer: one an output element (activations, add, scale, dropout)."""
    return elements


def pooling_flops(output_elements: int) -> int:
    """Return the FLOP of a pooling layer, global pooling too: one an output element."""
    return output_elements


def normalization_flops(elements: int) -> int:
    """Return the FLOP of a normalisation (LRN, batch, layer, instance, group): one an element."""
    return elements


def softmax_flops(elements: int) -> int:
    """Return the FLOP of a softmax: one an element."""
    return elements


def reduction_flops(input_elements: int) -> int:
    """Return the FLOP of a sum, mean, maximum, ... along axes: one an input element."""
    return input_elements
