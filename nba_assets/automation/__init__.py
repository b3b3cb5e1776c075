"""What runs by itself, and when: jobs, sensors, schedules, freshness and alerts.

What belongs here: what starts a run. What does not: what a run does (assets/), what is fetched (sources/).
Everything is shown stopped: one click starts it.
"""
