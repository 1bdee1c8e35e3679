"""How everyday a code of ICD-10-CM is: a number that is smaller for what is asked for more often. Pure.

The list of everyday codes is the house's own, of what general practice sees; a doctor confirms it.
"""

_LIST = """
I10 E11.9 E78.5 J06.9 Z00.00 M54.50 F41.1 F32.A K21.9 J45.909 N39.0 E03.9 J02.9 R05.9 J20.9 H66.90 L30.9 R51.9
M25.50 R10.9 E66.9 I25.10 I48.91 I50.9 J44.9 J44.1 N18.30 N18.9 E55.9 D64.9 D50.9 G43.909 F32.9 F33.1 F41.9 F43.20
G47.00 G47.33 R53.83 R07.9 R42 R50.9 R11.2 R19.7 K59.00 K52.9 K58.9 K29.70 K80.20 K57.30 K64.9 B37.9 B35.1 B02.9
B07.9 B34.9 L70.0 L20.9 L40.9 L03.90 L50.9 L29.9 L23.9 L60.0 H10.9 H61.20 H60.90 J30.9 J01.90 J32.9 J18.9 J11.1
J03.90 U07.1 M17.9 M16.9 M19.90 M10.9 M81.0 M79.7 M06.9 M75.100 M77.10 M54.2 M54.16 M25.561 M25.511 M79.606 N40.1
N40.0 N20.0 N30.00 N92.0 N94.6 N95.1 N76.0 N91.2 N52.9 N80.9 E28.2 O80 Z33.1 E10.9 E11.65 E11.42 E11.22 E11.319
E05.90 E87.6 E87.1 E86.0 E53.8 E78.00 E78.2 E78.1 I63.9 G45.9 I20.9 I21.9 I26.99 I82.409 I83.90 I87.2 I73.9 I95.1
R00.2 R55 G40.909 G20.A1 G30.9 F03.90 G35.D G56.00 G51.0 F90.9 F10.20 F17.210 F20.9 F31.9 F43.10 F50.00 C50.919 C61
C34.90 C18.9 C44.91 D12.6 D22.9 A09 A69.20 B20 B18.2 T78.40XA S93.401A S63.501A S06.0X0A S61.409A T14.8XXA W19.XXXA
R73.03 R63.4 R60.9 R31.9 R35.0 R32 R06.02 R20.2 R21 Z23
"""
EVERYDAY = _LIST.split()
ORDER = {code: place for place, code in enumerate(EVERYDAY)}
LATE_CHAPTERS = "OPVWXYZ"  # pregnancy, newborns, causes, reasons for contact
REMOTE = ("due to", "induced", "secondary", "in diseases classified elsewhere", "sequela")
VAGUE = ("unspecified", "without complication", "uncomplicated", "not elsewhere classified")


def rank(code: str, words: str) -> int:
    """0 to 99999. Everyday codes in their order; then the rest by remoteness, chapter, and length of words.

    What depends on the words typed (how early they stand), on the clinic and on the patient is added by the search.
    """
    if code in ORDER:
        return ORDER[code]
    low = words.lower()
    remote = any(each in low for each in REMOTE)
    late = code[:1] in LATE_CHAPTERS
    vague = any(each in low for each in VAGUE)
    return 10000 + 40000 * late + 20000 * remote + (0 if vague else 1000) + min(len(words), 300) * 10
