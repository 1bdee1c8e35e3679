"""What the demo clinics insert into notes: two templates and some abbreviations, invented for show."""

DIABETES = """\
# Since last time *
Hypos: {none?}. Diet and exercise: {as before?}.

# Feet and eyes
Feet: {pulses, feeling?}. Last eye check: {when?}.

# Results

# Plan *
Next review in {three?} months.
"""
ASTHMA = """\
# Symptoms *
At night {never?}, on effort {never?}, reliever {how often?} a week.

# Inhaler technique
{Shown and right?}

# Plan *
What to do when it gets worse was gone through.
"""
TEMPLATES = {"Diabetes review": ("dm", DIABETES), "Asthma review": ("as", ASTHMA)}
PHRASES = {
    "urti": "Sore throat and runny nose for {three?} days, no fever. Throat red, chest clear.",
    "htn": "At home {130/80?}. No chest pain, no breathlessness, no headache.",
    "back": "Told what to watch for, and to come back at once if it appears.",
}
