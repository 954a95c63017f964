"""What each page shows: functions that ask the graph and return frozen values, without any markup."""
