// python.exe and pythonw.exe: hands the command line to python311.dll and does nothing else.
#include <windows.h>
#include <stdlib.h>

__declspec(dllimport) int Py_Main(int count, wchar_t **words);

#ifdef WITHOUT_CONSOLE
int WINAPI wWinMain(HINSTANCE self, HINSTANCE previous, LPWSTR line, int show)
{
    return Py_Main(__argc, __wargv);
}
#else
int wmain(int count, wchar_t **words)
{
    return Py_Main(count, words);
}
#endif
