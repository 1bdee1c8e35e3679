"""Which vaccines count for which series: CVX codes (CDC, public domain), by the group's own code. Pure data."""

from collections.abc import Mapping

COUNTS: Mapping[str, frozenset[str]] = {
    group: frozenset(codes.split())
    for group, codes in {
        "03": "03 94",  # measles, mumps, rubella; MMRV
        "21": "21 94",  # varicella
        "17": "17 22 46 47 48 49 50 51 102 120 132 146 148 170",  # Hib
        "45": "08 42 43 44 45 51 102 104 110 132 146 189 193 220",  # hepatitis B
        "85": "31 52 83 84 85 104 193",  # hepatitis A
        "88": "15 16 88 111 135 140 141 144 149 150 151 153 155 158 161 166 168 171 185 186 194 197 200 201 202 "
        "205 231 320 331 333",  # influenza
        "89": "02 10 89 110 120 130 132 146 170 195 324",  # polio
        "107": "20 22 28 50 102 106 107 110 120 130 132 146 170 195",  # diphtheria, tetanus, pertussis of children
        "108": "32 103 108 114 136 147 148 203 316 328",  # meningococcal ACWY
        "115": "115",  # Tdap
        "122": "74 116 119 122",  # rotavirus
        "137": "62 118 137 165",  # HPV
        "139": "09 35 113 115 138 139 195 196",  # tetanus and diphtheria of older children
        "152": "100 109 133 152 177 215 216 327",  # pneumococcal conjugate
        "164": "162 163 164 316 328",  # meningococcal B
    }.items()
}
MONOVALENT_ROTAVIRUS = frozenset({"119"})
PRP_OMP = frozenset({"49", "51"})
