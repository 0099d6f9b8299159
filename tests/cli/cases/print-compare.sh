# What is printed is one engine, and --print says so of --compare.
"$arenascope" play --print --compare heap,heap:best "$traces/lessons/first-fit.rep" 2>&1 >/dev/null
"$arenascope" play --print --compare heap:best "$traces/lessons/first-fit.rep" 2>&1 >/dev/null
