"""Forms for what is selected: servers, links, a model, users; and for the scenario where nothing is."""
