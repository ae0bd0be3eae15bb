"""What each company may set, versioned by date in force; words shared by slices; presets."""
