// icuuc.dll, which Wine 8 lacks and Qt6Core imports. It knows no text encoding: Qt's own (UTF-8, UTF-16, Latin-1) remain.
#define EXPORT __declspec(dllexport)

enum { NO_SUCH_FILE = 4 }; // ICU's U_FILE_ACCESS_ERROR

static void *fail(int *error)
{
    if (error)
        *error = NO_SUCH_FILE;
    return 0;
}

EXPORT void *ucnv_open(const char *name, int *error) { return fail(error); }
EXPORT const char *ucnv_getName(void *converter, int *error) { return fail(error); }
EXPORT const char *ucnv_getStandardName(const char *name, const char *standard, int *error) { return fail(error); }
EXPORT const char *ucnv_getAvailableName(int number) { return 0; }
EXPORT int ucnv_countAvailable(void) { return 0; }
EXPORT int ucnv_toUCountPending(void *converter, int *error) { return 0; }
EXPORT int ucnv_fromUCountPending(void *converter, int *error) { return 0; }
EXPORT signed char ucnv_getMaxCharSize(void *converter) { return 1; }

// Only called with a converter, and there is none; they stand here to be imported.
#define NEVER_CALLED(name) EXPORT void name(void) { }
NEVER_CALLED(ucnv_close)
NEVER_CALLED(ucnv_reset)
NEVER_CALLED(ucnv_toUnicode)
NEVER_CALLED(ucnv_fromUnicode)
NEVER_CALLED(ucnv_getToUCallBack)
NEVER_CALLED(ucnv_setToUCallBack)
NEVER_CALLED(ucnv_getFromUCallBack)
NEVER_CALLED(ucnv_setFromUCallBack)
NEVER_CALLED(ucnv_cbToUWriteUChars)
NEVER_CALLED(ucnv_cbFromUWriteUChars)
NEVER_CALLED(UCNV_TO_U_CALLBACK_SUBSTITUTE)
NEVER_CALLED(UCNV_FROM_U_CALLBACK_SUBSTITUTE)

int DllMain(void *self, unsigned long reason, void *reserved) { return 1; }
