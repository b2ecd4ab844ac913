"""The trained model: its file, scoring with numpy alone, and where a finding starts and ends."""
