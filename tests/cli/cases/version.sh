"$arenascope" --version
