"""What is known of people without a table: names, births, phones, what somebody typed. Pure, tested with properties."""
