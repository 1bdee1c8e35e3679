"""Which price and which tax a service has: price lists, tax classes, the parts of a package."""
