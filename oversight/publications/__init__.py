"""What the public is told: drafted in both languages, approved by a second person, corrected in sight."""
