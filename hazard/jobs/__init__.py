"""What runs by itself: the timetable of jobs, and long work asked for by pages."""
