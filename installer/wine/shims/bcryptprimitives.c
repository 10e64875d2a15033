// bcryptprimitives.dll, which Wine 8 lacks: programs written in Rust (cryptography, bcrypt) take random bytes from it.
#include <windows.h>

BOOLEAN WINAPI SystemFunction036(void *buffer, ULONG size); // advapi32's name for RtlGenRandom

enum { AT_ONCE = 1 << 28 };

__declspec(dllexport) BOOL WINAPI ProcessPrng(unsigned char *buffer, SIZE_T size)
{
    BOOL good = TRUE;
    while (good && size > 0) {
        ULONG part = (ULONG)min(size, (SIZE_T)AT_ONCE);
        good = SystemFunction036(buffer, part);
        buffer += part;
        size -= part;
    }
    return good;
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, void *reserved)
{
    return TRUE;
}
