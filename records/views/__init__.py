"""The pages of the chart."""
