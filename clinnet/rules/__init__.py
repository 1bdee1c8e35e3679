"""Pure rules that every app may use: they know neither Django nor the table."""
