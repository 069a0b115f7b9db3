"""What is measured, each with its start, its data and its form of a request. See README.md."""
