"""The limits of what is unlikely: they ask nobody before a doctor of the clinic has confirmed them."""
