"""Room of the timeline: lanes, slices, the playhead, the transport."""
