"""What came by post in the demo. Nothing in it is advice."""

WHOSE = "john-smith-may"
TITLE = "Letter from City Eye Clinic"
LETTER = """City Eye Clinic
12 Harbour Road, London


Dear Dr Okafor,

John Smith, born 3 May 1961

Thank you for sending him to the yearly screening of the retina.

Right eye: background changes, no change since last year.
Left eye: background changes, one new small haemorrhage.
Vision 6/9 right, 6/9 left, with glasses.

Nothing has to be treated. We ask him back in six months instead of
twelve, because of the new finding.


With kind regards,

Dr H. Lindqvist
"""
