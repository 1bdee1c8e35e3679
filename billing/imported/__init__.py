"""Bills of another system, shown as they came: outside our numbers, and in no sum."""
