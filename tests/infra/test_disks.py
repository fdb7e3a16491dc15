from pathlib import Path

import pytest

from mll_core.domain.errors import InvalidParameter
from mll_core.infra import disks

MOUNTS = """/dev/sda1 / ext4 rw,relatime 0 0
tmpfs /tmp tmpfs rw 0 0
server:/export /mnt/share nfs4 rw,vers=4.2 0 0
//server/share /mnt/win\\040dows cifs rw 0 0
ana@host:/ /mnt/share/ssh fuse.sshfs rw 0 0
server:/e /mnt/größe nfs rw 0 0
/dev/sdb1 /mnt/share/local ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/ana", "ext4"),
        ("/tmp/x", "tmpfs"),
        ("/mnt/share/mll", "nfs4"),
        ("/mnt/shared", "ext4"),
        ("/mnt/win dows/mll", "cifs"),
        ("/mnt/share/ssh/mll", "fuse.sshfs"),
        ("/mnt/share/local/mll", "ext4"),
        ("/mnt/größe/mll", "nfs"),
    ],
)
def test_the_file_system_is_that_of_the_innermost_mount(folder: str, kind: str) -> None:
    assert disks.filesystem(Path(folder), MOUNTS) == kind


def test_a_catalog_on_a_network_file_system_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match="network file system") as caught:
        disks.refuse_network(tmp_path, f"server:/export {tmp_path} nfs4 rw 0 0\n")
    assert "local disk" in caught.value.hint
    disks.refuse_network(tmp_path, MOUNTS)
    disks.refuse_network(tmp_path)
