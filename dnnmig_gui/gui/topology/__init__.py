"""Room of the topology: where a DNN can run, drawn."""
