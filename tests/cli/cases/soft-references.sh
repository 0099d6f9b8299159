# A soft reference keeps its object until memory is short, and the sentences say so; a weak one does not.
printf '%s\n' 'new 9 8' 'new 1 24' 'weak 3 1 soft size=8' 'ref 9 3' 'unref - 3' 'unref - 1' 'collect' \
	'new 4 56' 'new 5 56' >soft.rep
sed 's/ soft / /' soft.rep >weak.rep

for trace in soft weak; do
	echo "# $trace"
	"$arenascope" play --engine generational --eden 64 --survivor 32 --old 64 --metaspace 64 --print \
		$trace.rep | grep -e ref -e 'only a' -e 'Object [13]' -e memory -e 'leads to' -e 'nothing refers'
done
