// mscms.dll in place of Wine 8's, whose WcsCreateIccProfile ends the process: no screen has a colour profile, Qt takes sRGB.
#include <windows.h>
#define EXPORT __declspec(dllexport)

EXPORT HANDLE WINAPI OpenColorProfileW(void *profile, DWORD access, DWORD share, DWORD creation) { return NULL; }
EXPORT HANDLE WINAPI WcsOpenColorProfileW(void *camp, void *gamut, void *device, DWORD access, DWORD share,
                                          DWORD creation, DWORD flags) { return NULL; }
EXPORT HANDLE WINAPI WcsCreateIccProfile(HANDLE profile, DWORD options) { return NULL; }
EXPORT BOOL WINAPI CloseColorProfile(HANDLE profile) { return FALSE; }
EXPORT BOOL WINAPI GetColorProfileFromHandle(HANDLE profile, BYTE *data, DWORD *size) { return FALSE; }
EXPORT BOOL WINAPI GetColorDirectoryW(const WCHAR *machine, WCHAR *folder, DWORD *size) { return FALSE; }
EXPORT BOOL WINAPI WcsGetDefaultColorProfile(DWORD scope, const WCHAR *device, DWORD kind, DWORD subkind, DWORD id,
                                             DWORD size, WCHAR *name) { return FALSE; }
EXPORT BOOL WINAPI WcsGetDefaultColorProfileSize(DWORD scope, const WCHAR *device, DWORD kind, DWORD subkind, DWORD id,
                                                 DWORD *size) { return FALSE; }
EXPORT HRESULT WINAPI ColorProfileGetDisplayDefault(LUID adapter, UINT32 source, DWORD scope, DWORD kind, DWORD subkind,
                                                    WCHAR **name) { return E_FAIL; }

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, void *reserved) { return TRUE; }
