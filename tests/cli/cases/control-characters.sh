# The content of a file never controls the terminal.
printf 'note \033[31mred\033[0m\nmark \033]0;title\007x\na 0 5\n' >t.rep
"$arenascope" play --print t.rep | head -n 3
"$arenascope" info t.rep | tail -n 2
printf '\033[2J 0 5\n' >bad.rep
"$arenascope" info bad.rep; echo $?
"$arenascope" info "$(printf 'no\033[2Jfile')"; echo $?
"$arenascope" "$(printf 'no\033[2Jcommand')"; echo $?
"$arenascope" stats "$(printf -- '--no\033[2Joption')"; echo $?
"$arenascope" stats --format "$(printf '\033[2J')"; echo $?
printf 'name 0x10 a\033[31mred\nsite 1 0x10\na 0 1 site=1\n' >named
"$arenascope" play --print --engine heap named | tail -n 1
"$arenascope" info named | tail -n 1
