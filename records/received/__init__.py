"""Documents that another clinic sent: kept as they came, readable, and taken into the chart entry by entry."""
