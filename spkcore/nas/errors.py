"""What can go wrong between this computer and the NAS, each with the advice that helps.

Menu names are those of DSM 7.2 in English. Sources: capture reference, chapter 3.
"""

from __future__ import annotations

from spkcore.base.errors import NasError

_SSH_SWITCH = "Control Panel > Terminal & SNMP > Terminal"
_WEB_PORTS = frozenset({80, 443, 5000, 5001})


class NameNotFoundError(NasError):
    """The host name has no address."""

    def __init__(self, host: str) -> None:
        super().__init__(
            "There is no computer of this name in the network",
            host,
            "Check the spelling, or use the NAS's address as shown in Control Panel > Network.",
        )


class UnreachableError(NasError):
    """The network has no way to the host."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The NAS cannot be reached ({reason})",
            place,
            "Check that the NAS is on and that this computer is in the same network or connected by VPN.",
        )


class RefusedError(NasError):
    """Nothing listens on the port."""

    def __init__(self, place: str) -> None:
        super().__init__(
            "The NAS refused the connection",
            place,
            f"Turn on SSH in {_SSH_SWITCH}, and use the port shown there.",
        )


class NasTimeoutError(NasError):
    """No answer in time."""

    def __init__(self, place: str, doing: str) -> None:
        super().__init__(
            f"The NAS did not answer in time ({doing})",
            place,
            f"Check address and port, that SSH is on in {_SSH_SWITCH}, and that the NAS's firewall lets you in.",
        )


class NotSshError(NasError):
    """Something else than an SSH server answered."""

    def __init__(self, place: str, port: int) -> None:
        advice = f"Use the SSH port from {_SSH_SWITCH}; it is 22 unless it was changed."
        if port in _WEB_PORTS:
            advice = f"{port} is the port of a web page such as DSM's. {advice}"
        super().__init__(
            "This port does not speak SSH, or hung up at once",
            place,
            f"{advice} If the port is right, see Auto Block in Control Panel > Security > Protection.",
        )


class AlgorithmsTooOldError(NasError):
    """The two sides have no common algorithm."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The NAS and this program share no encryption method ({reason})",
            place,
            "Update DSM. A lower level in Control Panel > Terminal & SNMP > Advanced Settings offers more.",
        )


class HostKeyChangedError(NasError):
    """The host key is not the one seen before. No password was sent."""

    def __init__(self, place: str, fingerprint: str) -> None:
        super().__init__(
            f"The NAS shows another host key than before ({fingerprint}); no password was sent",
            place,
            "If DSM was installed anew or reset (Control Panel > Update & Restore), forget the saved host key and "
            "connect again. If not, another computer may be posing as your NAS.",
        )


class HostKeyRejectedError(NasError):
    """The user did not accept the host key. No password was sent."""

    def __init__(self, place: str) -> None:
        super().__init__(
            "The NAS's host key was not accepted; no password was sent",
            place,
            "Compare the fingerprint with the NAS's and connect again.",
        )


class AuthenticationFailedError(NasError):
    """The NAS did not accept the login. It is never tried again by itself."""

    def __init__(self, place: str, reason: str = "The NAS did not accept the user name or password") -> None:
        super().__init__(
            reason,
            place,
            "It was tried once only, because Auto Block (Control Panel > Security > Protection) counts failures. "
            "Check the name and password, and that the user is in the group administrators.",
        )


class KeyRefusedError(AuthenticationFailedError):
    """The NAS did not accept the private key."""

    def __init__(self, place: str, user: str) -> None:
        super().__init__(place, "The NAS did not accept the private key")
        self.what_to_do = (
            f"Its public part has to be in .ssh/authorized_keys in the home folder of {user} (Control Panel > User & "
            "Group > Advanced > User Home), and only the owner may write to that folder (chmod 755). "
            "Or log in with the password."
        )


class CodeNeededError(NasError):
    """The NAS asks for something beside the password, and nobody is there to answer."""

    def __init__(self, question: str) -> None:
        super().__init__(
            "The NAS asks for a one-time code",
            question,
            "This user has 2-factor authentication (Personal > Security). Connect from the window, which can ask you "
            "for the code, or use a private key.",
        )


class KeyUnusableError(NasError):
    """The private key file cannot be used."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"The private key cannot be used ({reason})",
            path,
            "Choose an OpenSSH or PEM private key (RSA, ECDSA or Ed25519) and its right passphrase; "
            "PuTTYgen can export a .ppk key to the OpenSSH format.",
        )


class NotAdministratorError(NasError):
    """The user may log in but not work as root."""

    def __init__(self, place: str, user: str) -> None:
        super().__init__(
            f"The user {user} is no administrator of the NAS",
            place,
            f"Use a user of the group administrators (Control Panel > User & Group), or add {user} to it.",
        )


class SudoRefusedError(NasError):
    """sudo did not let the command run as root. It is never tried again by itself."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The NAS did not let you work as administrator ({reason})",
            place,
            "It was tried once only. Connect again with the password of an administrator.",
        )


class ConnectionLostError(NasError):
    """The connection broke."""

    def __init__(self, place: str) -> None:
        super().__init__(
            "The connection to the NAS was lost",
            place,
            "Check that the NAS is still on and in the network, then connect again.",
        )


class ChannelRefusedError(NasError):
    """The connection stands, but the NAS opened no further channel on it."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The NAS refused to run a command or service ({reason})",
            place,
            "Check that the user is in the group administrators, close other SSH sessions of this user, and try again.",
        )


class SftpUnavailableError(NasError):
    """The NAS has no SFTP service for this user, or it broke down."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"SFTP is not usable on the NAS ({reason})",
            place,
            "Turn it on in Control Panel > File Services > FTP > SFTP; the files can come without it.",
        )


class SftpFailedError(NasError):
    """One SFTP request failed; `code` is its status (2 no such file, 3 permission denied, 4 failure)."""

    def __init__(self, code: int, message: str, path: str) -> None:
        super().__init__(f"The NAS refused an SFTP request ({message})", path, "Check the file and the user's rights.")
        self.code = code


class CommandFailedError(NasError):
    """A command on the NAS failed that should not."""

    def __init__(self, doing: str, place: str, output: str) -> None:
        super().__init__(
            f"{doing} failed on the NAS ({output.strip() or 'no message'})",
            place,
            "Look into the session log for what was done, check the NAS's free space and try again.",
        )


class TransferDamagedError(NasError):
    """A file arrived with another size or checksum than it has on the NAS."""

    def __init__(self, path: str) -> None:
        super().__init__(
            "The file did not arrive as it is on the NAS",
            path,
            "It may still be changing there. Wait a moment and pull it again.",
        )
