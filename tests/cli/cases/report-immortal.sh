# Strings that are never freed keep most: nothing that the program drops would help, so that only fewer of them are.
{
	cat <<'T'
info python 3.12.1
name 0x8000000000000001 handle (svc.py:5)
site 1 0x8000000000000001
T
	i=0
	while [ $i -lt 3000 ]; do
		echo "a $i 500 site=1 domain=obj at=$((0x7f0000000000 + i * 512))"
		i=$((i + 1))
	done
	echo 'mark interpreter shuts down'
	echo '#: census blocks=3000 bytes=1536000 step=512'
	echo "#: owner 1 blocks=3000 bytes=1536000 type=interned-strings name=CPython's interned strings"
	i=0
	while [ $i -lt 3000 ]; do
		printf '#: kept 1 %x\n' $((0x7f0000000000 + i * 512))
		i=$((i + 1))
	done
} >t.rep
"$arenascope" report --rows 3 t.rep | sed -n '/^what would help/,/^$/p'
"$arenascope" report --rows 3 --whatif never t.rep | sed -n '/^what would help/,/^$/p'
