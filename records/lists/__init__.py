"""All medicines and all problems of a chart: what is current, and what has ended."""
