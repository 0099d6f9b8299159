# A heap returns its free end when asked to, and says what prevents it.
printf 'a 0 6000\na 1 6000\na 2 100\nf 1\nf 0\nf 2\n' >t
"$arenascope" play --print --engine heap --heap-trim 8K t
for trim in 0 8K 1M; do
	"$arenascope" stats --engine heap --heap-trim "$trim" t | grep -E '^(reserved|held)'
done
"$arenascope" stats --engine heap --heap-trim 8K --heap-size 64K t
