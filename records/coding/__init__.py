"""The codes of problems: by what they are ranked for one chart."""
