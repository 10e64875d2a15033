; The installer: puts the frozen folder, its shortcuts and its registry entries in place, and takes exactly them away again.
; `python -m installer.build setup` calls makensis with VERSION, NUMBERS, PUBLISHER, COPYRIGHT, DIST, FILE_LIST, ICON,
; SIZE_KB and OUT; TARGET is the processor of the installer itself where the NSIS at hand has more than one.
;
; Switches: /S silent; /CurrentUser (the default) or /AllUsers; /Desktop; /DefaultApp; /NoStartMenu; /NoExplorerMenu;
; /D=FOLDER, which must come last and without quotes.
; Exit codes: 0 done, 1 cancelled, 2 not written, 3 a newer version is installed, 4 the program runs,
; 5 administrator rights are needed.

Unicode true
!ifdef TARGET
  Target ${TARGET}
!endif

!define NAME "SPK Creator"
!define ID "SPKCreator"
!define IDENTITY "SPKCreator.SPKCreator"
!define WINDOW_PROGRAM "SPK Creator.exe"
!define CONSOLE_PROGRAM "spk.exe"
!define FILES "installed-files.txt"
!define REMOVER "Uninstall.exe"
!define PROGID "SPKCreator.Package"
!define VERB "EditWithSPKCreator"
!define CLASSES "Software\Classes"
!define OURS "Software\${ID}"
!define APPS_ENTRY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"

!define NOT_WRITTEN 2
!define NEWER_INSTALLED 3
!define STILL_RUNS 4
!define NEEDS_RIGHTS 5

Name "${NAME}"
OutFile "${OUT}"
BrandingText "${NAME} ${VERSION}"
RequestExecutionLevel user
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS Win10
AllowSkipFiles off
ShowInstDetails nevershow
ShowUninstDetails nevershow
!ifdef FAST
  SetCompressor /FINAL zlib
!else
  SetCompressor /SOLID /FINAL lzma
  SetCompressorDictSize 64
!endif

VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${NUMBERS}"
VIAddVersionKey "FileDescription" "${NAME} Setup"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "LegalCopyright" "${COPYRIGHT}"
!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"' = 0
!endif

!include "MUI2.nsh"
!include "nsDialogs.nsh"
!include "LogicLib.nsh"
!include "Sections.nsh"
!include "FileFunc.nsh"
!include "WordFunc.nsh"
!include "StrFunc.nsh"
!include "WinVer.nsh"
!include "Win\COM.nsh"
!include "Win\Propkey.nsh"
${StrLoc}
${UnStrLoc}

Var Scope          ; "user" or "all"
Var GivenFolder    ; what /D= said
Var ScopeForUser   ; the two radio buttons of the page
Var ScopeForAll

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\${WINDOW_PROGRAM}"
!define MUI_FINISHPAGE_RUN_TEXT "Start ${NAME}"
!define MUI_FINISHPAGE_NOAUTOCLOSE
!define MUI_WELCOMEPAGE_TEXT "${NAME} ${VERSION} edits, checks, builds and captures Synology packages (.spk).$\r$\n$\r$\n\
  If it is running, it will be asked to close; it keeps your work.$\r$\n$\r$\nClick Next to continue."
!define MUI_COMPONENTSPAGE_SMALLDESC

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
Page custom ShowScope LeaveScope
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; ---- shared by the installer and the uninstaller ----------------------------------------------------------------------

!macro UseScope
  ; SHCTX, $SMPROGRAMS and $DESKTOP follow the context
  SetRegView 64
  ${If} $Scope == "all"
    SetShellVarContext all
  ${Else}
    SetShellVarContext current
  ${EndIf}
!macroend

!macro Give ERRORLEVEL
  SetErrorLevel ${ERRORLEVEL}
  Quit
!macroend

; Whether one of our programs runs: Windows lets nobody write to the file of a running program. Answer in $R0: 1 or 0.
!macro DefineIsRunning PREFIX
  Function ${PREFIX}IsRunning
    StrCpy $R0 0
    !insertmacro LookWhetherRunning "${WINDOW_PROGRAM}"
    !insertmacro LookWhetherRunning "${CONSOLE_PROGRAM}"
  FunctionEnd
!macroend
!macro LookWhetherRunning PROGRAM
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    ClearErrors
    FileOpen $R1 "$INSTDIR\${PROGRAM}" a
    ${If} ${Errors}
      StrCpy $R0 1
    ${Else}
      FileClose $R1
    ${EndIf}
  ${EndIf}
!macroend
!insertmacro DefineIsRunning ""
!insertmacro DefineIsRunning "un."

; Ask the program to close and wait until it has. It asks its user about unsaved work; that may take its time.
!macro DefineCloseProgram PREFIX
  Function ${PREFIX}CloseProgram
    Call ${PREFIX}IsRunning
    ${If} $R0 == 0
      Return
    ${EndIf}
    Exec '"$INSTDIR\${WINDOW_PROGRAM}" --quit'
    ask_again:
    DetailPrint "Waiting until ${NAME} is closed"
    ${For} $R2 1 80
      Sleep 250
      Call ${PREFIX}IsRunning
      ${If} $R0 == 0
        Return
      ${EndIf}
    ${Next}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${NAME} is still running.$\r$\n$\r$\nSave your work, close the \
      program, and wait for builds and captures to end. Then choose Retry." /SD IDCANCEL IDRETRY ask_again
    !insertmacro Give ${STILL_RUNS}
  FunctionEnd
!macroend
!insertmacro DefineCloseProgram ""
!insertmacro DefineCloseProgram "un."

; Remove what the list beside the program names: files, then folders that are empty by then. What the user put there stays.
!macro DefineRemoveFiles PREFIX FIND
  Function ${PREFIX}RemoveFiles
    ClearErrors
    FileOpen $R1 "$INSTDIR\${FILES}" r
    ${IfNot} ${Errors}
      ${Do}
        ClearErrors
        FileReadUTF16LE $R1 $R2
        ${If} ${Errors}
          ${ExitDo}
        ${EndIf}
        StrCpy $R2 $R2 -2        ; without the line end
        ${${FIND}} $R3 "$R2" ".." ">"
        ${If} $R2 == ""
        ${OrIf} $R3 != ""        ; never outside of our folder
          ${Continue}
        ${EndIf}
        StrCpy $R4 $R2 1 -1
        ${If} $R4 == "\"
          RMDir "$INSTDIR\$R2"
        ${Else}
          Delete "$INSTDIR\$R2"
        ${EndIf}
      ${Loop}
      FileClose $R1
    ${EndIf}
    Delete "$INSTDIR\${FILES}"
    Delete "$INSTDIR\${REMOVER}"
  FunctionEnd
!macroend
!insertmacro DefineRemoveFiles "" StrLoc
!insertmacro DefineRemoveFiles "un." UnStrLoc

; Remove shortcuts and registry entries, and give .spk back to the program that had it.
!macro DefineRemoveTraces PREFIX
  Function ${PREFIX}RemoveTraces
    Delete "$SMPROGRAMS\${NAME}.lnk"
    Delete "$DESKTOP\${NAME}.lnk"
    ReadRegStr $R1 SHCTX "${CLASSES}\.spk" ""
    ${If} $R1 == "${PROGID}"
      ReadRegStr $R2 SHCTX "${OURS}\Setup" "EarlierDefault"
      ${If} $R2 == ""
        DeleteRegValue SHCTX "${CLASSES}\.spk" ""
      ${Else}
        WriteRegStr SHCTX "${CLASSES}\.spk" "" "$R2"
      ${EndIf}
    ${EndIf}
    DeleteRegValue SHCTX "${CLASSES}\.spk\OpenWithProgids" "${PROGID}"
    DeleteRegKey /ifempty SHCTX "${CLASSES}\.spk\OpenWithProgids"
    DeleteRegKey /ifempty SHCTX "${CLASSES}\.spk"
    DeleteRegKey SHCTX "${CLASSES}\${PROGID}"
    DeleteRegKey SHCTX "${CLASSES}\Applications\${WINDOW_PROGRAM}"
    DeleteRegKey SHCTX "${CLASSES}\Directory\shell\${VERB}"
    DeleteRegKey SHCTX "${CLASSES}\*\shell\${VERB}"
    DeleteRegValue SHCTX "Software\RegisteredApplications" "${ID}"
    DeleteRegKey SHCTX "${OURS}\Capabilities"
    DeleteRegKey SHCTX "${OURS}\Setup"
    DeleteRegKey /ifempty SHCTX "${OURS}"
    DeleteRegKey SHCTX "${APPS_ENTRY}"
  FunctionEnd
!macroend
!insertmacro DefineRemoveTraces ""
!insertmacro DefineRemoveTraces "un."

!macro TellExplorer
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'   ; SHCNE_ASSOCCHANGED
!macroend

; ---- parts -----------------------------------------------------------------------------------------------------------

Section "${NAME}" PROGRAM
  SectionIn RO
  !insertmacro UseScope
  Call CloseProgram
  Call RemoveFiles
  Call RemoveTraces
  SetOutPath "$INSTDIR"
  SetOverwrite on
  ClearErrors
  File /r "${DIST}/*"
  File "/oname=${FILES}" "${FILE_LIST}"
  WriteUninstaller "$INSTDIR\${REMOVER}"
  ${If} ${Errors}
    MessageBox MB_ICONSTOP "Some files could not be written to $INSTDIR.$\r$\n$\r$\nLook whether the disk is full, \
      whether you may write there, and whether another program has the folder open." /SD IDOK
    !insertmacro Give ${NOT_WRITTEN}
  ${EndIf}

  WriteRegStr SHCTX "${CLASSES}\${PROGID}" "" "Synology package"
  WriteRegStr SHCTX "${CLASSES}\${PROGID}" "AppUserModelID" "${IDENTITY}"
  WriteRegStr SHCTX "${CLASSES}\${PROGID}\DefaultIcon" "" "$INSTDIR\${WINDOW_PROGRAM},0"
  WriteRegStr SHCTX "${CLASSES}\${PROGID}\shell\open" "FriendlyAppName" "${NAME}"
  WriteRegStr SHCTX "${CLASSES}\${PROGID}\shell\open\command" "" '"$INSTDIR\${WINDOW_PROGRAM}" "%1"'
  WriteRegStr SHCTX "${CLASSES}\.spk\OpenWithProgids" "${PROGID}" ""
  WriteRegStr SHCTX "${CLASSES}\Applications\${WINDOW_PROGRAM}" "FriendlyAppName" "${NAME}"
  WriteRegStr SHCTX "${CLASSES}\Applications\${WINDOW_PROGRAM}" "AppUserModelID" "${IDENTITY}"
  WriteRegStr SHCTX "${CLASSES}\Applications\${WINDOW_PROGRAM}\SupportedTypes" ".spk" ""
  WriteRegStr SHCTX "${CLASSES}\Applications\${WINDOW_PROGRAM}\shell\open\command" "" '"$INSTDIR\${WINDOW_PROGRAM}" "%1"'
  ; Settings > Default apps
  WriteRegStr SHCTX "${OURS}\Capabilities" "ApplicationName" "${NAME}"
  WriteRegStr SHCTX "${OURS}\Capabilities" "ApplicationDescription" "Edits, checks, builds and captures Synology packages"
  WriteRegStr SHCTX "${OURS}\Capabilities\FileAssociations" ".spk" "${PROGID}"
  WriteRegStr SHCTX "Software\RegisteredApplications" "${ID}" "${OURS}\Capabilities"
  ; Settings > Apps
  WriteRegStr SHCTX "${APPS_ENTRY}" "DisplayName" "${NAME}"
  WriteRegStr SHCTX "${APPS_ENTRY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${APPS_ENTRY}" "DisplayIcon" "$INSTDIR\${WINDOW_PROGRAM},0"
  WriteRegStr SHCTX "${APPS_ENTRY}" "Publisher" "${PUBLISHER}"
  WriteRegStr SHCTX "${APPS_ENTRY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${APPS_ENTRY}" "UninstallString" '"$INSTDIR\${REMOVER}"'
  WriteRegStr SHCTX "${APPS_ENTRY}" "QuietUninstallString" '"$INSTDIR\${REMOVER}" /S'
  WriteRegDWORD SHCTX "${APPS_ENTRY}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD SHCTX "${APPS_ENTRY}" "NoModify" 1
  WriteRegDWORD SHCTX "${APPS_ENTRY}" "NoRepair" 1
  ; for later versions of this installer
  WriteRegStr SHCTX "${OURS}\Setup" "Version" "${NUMBERS}"
SectionEnd

Section "Start menu entry" START_MENU
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${WINDOW_PROGRAM}" "" "$INSTDIR\${WINDOW_PROGRAM}" 0 \
    SW_SHOWNORMAL "" "Edit, check, build and capture Synology packages"
  Push "$SMPROGRAMS\${NAME}.lnk"
  Call GiveIdentity
  WriteRegDWORD SHCTX "${OURS}\Setup" "StartMenu" 1
SectionEnd

Section /o "Desktop shortcut" DESKTOP_SHORTCUT
  CreateShortcut "$DESKTOP\${NAME}.lnk" "$INSTDIR\${WINDOW_PROGRAM}" "" "$INSTDIR\${WINDOW_PROGRAM}" 0 \
    SW_SHOWNORMAL "" "Edit, check, build and capture Synology packages"
  Push "$DESKTOP\${NAME}.lnk"
  Call GiveIdentity
  WriteRegDWORD SHCTX "${OURS}\Setup" "Desktop" 1
SectionEnd

Section "Edit with ${NAME}" EXPLORER_MENU
  ; Explorer cannot look into a folder before it shows its menu: the entry is there for every folder. For files it can.
  WriteRegStr SHCTX "${CLASSES}\Directory\shell\${VERB}" "" "Edit with ${NAME}"
  WriteRegStr SHCTX "${CLASSES}\Directory\shell\${VERB}" "Icon" '"$INSTDIR\${WINDOW_PROGRAM}",0'
  WriteRegStr SHCTX "${CLASSES}\Directory\shell\${VERB}\command" "" '"$INSTDIR\${WINDOW_PROGRAM}" "%1"'
  WriteRegStr SHCTX "${CLASSES}\*\shell\${VERB}" "" "Edit with ${NAME}"
  WriteRegStr SHCTX "${CLASSES}\*\shell\${VERB}" "Icon" '"$INSTDIR\${WINDOW_PROGRAM}",0'
  WriteRegStr SHCTX "${CLASSES}\*\shell\${VERB}" "AppliesTo" 'System.FileName:="INFO"'
  WriteRegStr SHCTX "${CLASSES}\*\shell\${VERB}\command" "" '"$INSTDIR\${WINDOW_PROGRAM}" "%1"'
  WriteRegDWORD SHCTX "${OURS}\Setup" "ExplorerMenu" 1
SectionEnd

Section /o "Open .spk files with ${NAME}" DEFAULT_APP
  ReadRegStr $R1 SHCTX "${CLASSES}\.spk" ""
  ${If} $R1 != ""
  ${AndIf} $R1 != "${PROGID}"
    WriteRegStr SHCTX "${OURS}\Setup" "EarlierDefault" "$R1"
  ${EndIf}
  WriteRegStr SHCTX "${CLASSES}\.spk" "" "${PROGID}"
  WriteRegDWORD SHCTX "${OURS}\Setup" "DefaultApp" 1
SectionEnd

Section "-after"
  !insertmacro TellExplorer
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${PROGRAM} "The program with its window, and spk.exe for scripts. .spk files get an \
    entry under Open with."
  !insertmacro MUI_DESCRIPTION_TEXT ${START_MENU} "An entry in the start menu."
  !insertmacro MUI_DESCRIPTION_TEXT ${DESKTOP_SHORTCUT} "A shortcut on the desktop."
  !insertmacro MUI_DESCRIPTION_TEXT ${EXPLORER_MENU} "An entry in Explorer's menu of folders and of INFO files."
  !insertmacro MUI_DESCRIPTION_TEXT ${DEFAULT_APP} "A double click on an .spk file opens it here, unless you have chosen \
    another program in Windows' settings."
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; Give a shortcut the program's identity, so that a pinned one and the running window share a button on the taskbar.
Function GiveIdentity
  Exch $R0
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r1 ""
  ${If} $1 P<> 0
    ${IUnknown::QueryInterface} $1 '("${IID_IPersistFile}", .r2)'
    ${If} $2 P<> 0
      ${IPersistFile::Load} $2 '("$R0", ${STGM_READWRITE})'
      ${IUnknown::QueryInterface} $1 '("${IID_IPropertyStore}", .r3)'
      ${If} $3 P<> 0
        System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r4'
        System::Call '*(&w64 "${IDENTITY}")p.r6'
        System::Call '*${SYSSTRUCT_PROPVARIANT}(${VT_LPWSTR},,p r6)p.r5'
        ${IPropertyStore::SetValue} $3 '($4, $5)'
        ${IPropertyStore::Commit} $3 ""
        System::Free $6
        System::Free $5
        System::Free $4
        ${IPersistFile::Save} $2 '("$R0", 1)'
        ${IUnknown::Release} $3 ""
      ${EndIf}
      ${IUnknown::Release} $2 ""
    ${EndIf}
    ${IUnknown::Release} $1 ""
  ${EndIf}
  Pop $R0
FunctionEnd

!macro TickAsBefore SECTION VALUE
  ReadRegDWORD $R1 SHCTX "${OURS}\Setup" "${VALUE}"
  ${If} $R1 == 1
    !insertmacro SelectSection ${SECTION}
  ${Else}
    !insertmacro UnselectSection ${SECTION}
  ${EndIf}
!macroend
!macro TickOn SWITCH ACTION SECTION
  ClearErrors
  ${GetOptions} "$R0" "${SWITCH}" $R1
  ${IfNot} ${Errors}
    !insertmacro ${ACTION} ${SECTION}
  ${EndIf}
!macroend

; ---- before the pages ------------------------------------------------------------------------------------------------

Function .onInit
  SetRegView 64
  StrCpy $GivenFolder $INSTDIR
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_ICONSTOP "${NAME} needs Windows 10 or 11." /SD IDOK
    !insertmacro Give ${NOT_WRITTEN}
  ${EndIf}
  Call ChooseScope
  ${If} $Scope == "all"
    Call NeedRights
  ${EndIf}
  Call UseChosenScope
  Call RefuseNewer
  Call TakeSwitches
FunctionEnd

; A switch decides; else the scope of the version that is there; else this user.
Function ChooseScope
  StrCpy $Scope "user"
  ReadRegStr $R1 HKCU "${APPS_ENTRY}" "InstallLocation"
  ReadRegStr $R2 HKLM "${APPS_ENTRY}" "InstallLocation"
  ${If} $R1 == ""
  ${AndIf} $R2 != ""
    StrCpy $Scope "all"
  ${EndIf}
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} "$R0" "/AllUsers" $R1
  ${IfNot} ${Errors}
    StrCpy $Scope "all"
  ${EndIf}
  ClearErrors
  ${GetOptions} "$R0" "/CurrentUser" $R1
  ${IfNot} ${Errors}
    StrCpy $Scope "user"
  ${EndIf}
FunctionEnd

; Files for all users want an administrator: start again as one, or say so in silent mode.
Function NeedRights
  UserInfo::GetAccountType
  Pop $R0
  ${If} $R0 == "Admin"
    Return
  ${EndIf}
  ${If} ${Silent}
    !insertmacro Give ${NEEDS_RIGHTS}
  ${EndIf}
  ${GetParameters} $R1
  ClearErrors
  ExecShell "runas" "$EXEPATH" "/AllUsers $R1"
  ${If} ${Errors}
    StrCpy $Scope "user"   ; the user said no to Windows' question
    Return
  ${EndIf}
  Quit
FunctionEnd

; The folder: /D=, where it is installed already, or where such programs belong.
Function UseChosenScope
  !insertmacro UseScope
  ${If} $GivenFolder != ""
    StrCpy $INSTDIR $GivenFolder
    Return
  ${EndIf}
  ReadRegStr $R1 SHCTX "${APPS_ENTRY}" "InstallLocation"
  ${If} $R1 != ""
    StrCpy $INSTDIR $R1
  ${ElseIf} $Scope == "all"
    StrCpy $INSTDIR "$PROGRAMFILES64\${NAME}"
  ${Else}
    StrCpy $INSTDIR "$LOCALAPPDATA\Programs\${NAME}"
  ${EndIf}
FunctionEnd

Function RefuseNewer
  ReadRegStr $R1 SHCTX "${OURS}\Setup" "Version"
  ${If} $R1 != ""
    ${VersionCompare} "$R1" "${NUMBERS}" $R2
    ${If} $R2 == 1
      ReadRegStr $R3 SHCTX "${APPS_ENTRY}" "DisplayVersion"
      MessageBox MB_ICONINFORMATION "${NAME} $R3 is installed, which is newer than ${VERSION}. Nothing was \
        changed.$\r$\n$\r$\nTo go back, remove it under Settings > Apps first; your settings can stay." /SD IDOK
      !insertmacro Give ${NEWER_INSTALLED}
    ${EndIf}
  ${EndIf}
FunctionEnd

; What is ticked: as it was the last time, changed by the switches.
Function TakeSwitches
  ReadRegStr $R1 SHCTX "${OURS}\Setup" "Version"
  ${If} $R1 != ""
    !insertmacro TickAsBefore ${START_MENU} "StartMenu"
    !insertmacro TickAsBefore ${DESKTOP_SHORTCUT} "Desktop"
    !insertmacro TickAsBefore ${EXPLORER_MENU} "ExplorerMenu"
    !insertmacro TickAsBefore ${DEFAULT_APP} "DefaultApp"
  ${EndIf}
  ${GetParameters} $R0
  !insertmacro TickOn "/Desktop" SelectSection ${DESKTOP_SHORTCUT}
  !insertmacro TickOn "/DefaultApp" SelectSection ${DEFAULT_APP}
  !insertmacro TickOn "/NoStartMenu" UnselectSection ${START_MENU}
  !insertmacro TickOn "/NoExplorerMenu" UnselectSection ${EXPLORER_MENU}
FunctionEnd

; ---- the page "For whom?" --------------------------------------------------------------------------------------------

Function ShowScope
  !insertmacro MUI_HEADER_TEXT "For whom?" "Choose who can use ${NAME} on this computer."
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateFirstRadioButton} 0 8u 100% 12u "Only for &me (recommended)"
  Pop $ScopeForUser
  ${NSD_CreateLabel} 12u 21u 95% 20u "No administrator rights are needed."
  Pop $0
  ${NSD_CreateAdditionalRadioButton} 0 46u 100% 12u "For &everybody who uses this computer"
  Pop $ScopeForAll
  ${NSD_CreateLabel} 12u 59u 95% 20u "Windows asks for an administrator's consent."
  Pop $0
  ${If} $Scope == "all"
    ${NSD_Check} $ScopeForAll
    ${NSD_SetFocus} $ScopeForAll
  ${Else}
    ${NSD_Check} $ScopeForUser
    ${NSD_SetFocus} $ScopeForUser
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function LeaveScope
  StrCpy $R9 $Scope
  StrCpy $Scope "user"
  ${NSD_GetState} $ScopeForAll $R0
  ${If} $R0 == ${BST_CHECKED}
    StrCpy $Scope "all"
    Call NeedRights
  ${EndIf}
  ${If} $Scope != $R9
    Call UseChosenScope
    Call RefuseNewer
    Call TakeSwitches
  ${EndIf}
FunctionEnd

; ---- uninstalling ----------------------------------------------------------------------------------------------------

Function un.onInit
  SetRegView 64
  StrCpy $Scope "user"
  ReadRegStr $R1 HKLM "${APPS_ENTRY}" "InstallLocation"
  ${If} $R1 == $INSTDIR
    StrCpy $Scope "all"
    UserInfo::GetAccountType
    Pop $R0
    ${If} $R0 != "Admin"
      ${If} ${Silent}
        !insertmacro Give ${NEEDS_RIGHTS}
      ${EndIf}
      ExecShell "runas" "$INSTDIR\${REMOVER}"
      Quit
    ${EndIf}
  ${EndIf}
FunctionEnd

Section "Uninstall"
  !insertmacro UseScope
  Call un.CloseProgram
  Call un.RemoveTraces
  Call un.RemoveFiles
  RMDir "$INSTDIR"
  !insertmacro TellExplorer
  SetShellVarContext current
  ${If} ${FileExists} "$LOCALAPPDATA\${NAME}\*.*"
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "Do you want to remove your settings too?$\r$\n$\r$\nThese are your \
      preferences, the list of recent packages, the known NAS with their host keys, and crash reports. Your packages are \
      not touched. Passwords that you saved are in Windows' Credential Manager." /SD IDNO IDNO keep
    RMDir /r "$LOCALAPPDATA\${NAME}"
    keep:
  ${EndIf}
SectionEnd
