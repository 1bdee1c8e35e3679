"""CDA documents as other clinics send them (C-CDA, CCD): read within bounds, shown as they are, offered entry by entry.

Structure: HL7 CDA R2 and C-CDA R2.1. One file for each kind of entry.
"""
