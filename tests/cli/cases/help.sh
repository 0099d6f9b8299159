"$arenascope" --help
"$arenascope" placements --help
