"""Room of the library: servers, models and examples to start from."""
