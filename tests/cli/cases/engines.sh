"$arenascope" engines
