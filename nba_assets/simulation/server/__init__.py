"""A server that speaks the publishers' wire formats for a simulated league."""
