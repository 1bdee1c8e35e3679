"""Documents that come to the desk: handed to a doctor unseen, and filed into the chart, or not, by who treats."""
