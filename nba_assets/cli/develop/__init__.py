"""Commands for developers: measurements, calendars, the simulated league."""
