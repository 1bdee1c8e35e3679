"""A part of a chart in time order: one kind, up to a day, or what has some words in its rows."""
