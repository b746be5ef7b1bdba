"""Room of the DNN: its layers, drawn in the colour of where they run."""
