"""What every chart is made of: time axis, ticks, lettering, the staircase, image files.

A lower room than the others: the timeline and the comparison draw with it, and it knows neither.
"""
