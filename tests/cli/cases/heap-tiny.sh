# A heap of fixed size that is smaller than the gap before its first block has nothing free, and is sound.
printf 'a 0 1\n' >tiny.rep
for size in '--heap-size 1' '--heap-size 7' '--heap-size 8' '--heap-size 100 --heap-align 4096' '--heap-size 4080 --heap-align 4096'; do
	# shellcheck disable=SC2086  # options
	echo "$size: $("$arenascope" stats --check all --engine heap $size tiny.rep 2>&1 | grep -cE 'EiB|broken|overlap') $("$arenascope" play --print --engine heap $size tiny.rep | grep -o 'No hole.*')"
done
