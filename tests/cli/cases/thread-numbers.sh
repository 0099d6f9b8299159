# Threads may have any numbers: what is kept for each grows with how many there are, not with their numbers.
printf 'a 0 20 thread=4294967295\na 1 30 thread=7\nf 0 thread=4294967295\n' >far.rep
"$arenascope" info far.rep | grep '^threads'
"$arenascope" stats --engine glibc far.rep | grep '^live bytes'
"$arenascope" play --engine glibc --check all --print far.rep
