"""E-mail about appointments: what is due, to whom, in which words, and how it leaves.

An appointment is its own outbox entry: what the patient was told last is kept on it, what is so is the appointment, and
what is due follows from the two (due.py). While something is due, the appointment is in the clinic's outbox, an index.
"""
