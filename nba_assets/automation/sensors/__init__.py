"""The sensors: what each watches, and the runs that it requests.

What belongs here: definitions of sensors. What does not: what they share (timetable, attempts, watches).
"""
