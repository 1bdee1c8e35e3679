"""What insurers and employers owe: how far each claim is, and the money that comes for it."""
