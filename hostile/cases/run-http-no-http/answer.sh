printf '\033[2J220 mail ready\r\n::error::x\r\n'
