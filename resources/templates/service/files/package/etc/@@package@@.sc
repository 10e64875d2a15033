[@@section@@]
title="@@display_name@@"
desc="@@display_name@@"
port_forward="no"
dst.ports="@@port@@/tcp"
