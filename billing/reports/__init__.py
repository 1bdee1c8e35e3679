"""What a month came to: sums that are kept with each entry, so that no report adds anything up."""
