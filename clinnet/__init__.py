"""Clinnet. Every process imports this before anything else of ours."""

import zoneinfo

# zoneinfo asks the locked tzdata package only for names that no folder of its search path has, and a machine's own
# files are often a year old: a clinic whose country changed its rules would be an hour wrong. Without a search path,
# and without what somebody asked for before us, the package is all there is.
zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()
