"""Studies: one scenario planned over a grid of its fields, in parallel processes, kept cell by cell.

A cell is one scenario of the grid planned with one offloading method and one seed. Each is planned by itself from its
own text and seed, so a study's rows are the same whatever the number of processes. What is finished lies in the
study's folder under a name made of all that it depends on; a study that is started again only plans what is missing.
"""
