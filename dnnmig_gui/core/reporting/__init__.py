"""What leaves the program: plan and comparison documents, figures, the report, and how numbers are written."""
