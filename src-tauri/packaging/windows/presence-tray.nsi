; The installer for Windows, for one person and without an administrator's rights.
;
;   makensis -DVERSION=0.1.0 -DPROGRAMS=…\target\release presence-tray.nsi
;
; PROGRAMS is the folder with the three executables. -DLICENSES=FILE installs the licences of what is linked into them. What a person has set,
; and who is signed in, is not the installer's: it stays when the program goes.

Unicode true
; As its contents are. NSIS' own builds have no such installer, Debian's have.
!if /FileExists "${NSISDIR}/Stubs/lzma_solid-amd64-unicode"
  Target amd64-unicode
!endif
SetCompressor /SOLID lzma
RequestExecutionLevel user

!include MUI2.nsh
!include LogicLib.nsh

!ifndef VERSION
  !error "which version? -DVERSION=…"
!endif
!ifndef PROGRAMS
  !error "where are the executables? -DPROGRAMS=…"
!endif
!ifndef OUTPUT
  !define OUTPUT "presence-tray-${VERSION}-setup.exe"
!endif

!define ID "org.presencetray.PresenceTray"
!define TITLE "Presence Tray"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"
; Under it Windows looks for name and picture of who sends a notification.
!define SENDER "Software\Classes\AppUserModelId\${ID}"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define RUN_SWITCH "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"

Name "${TITLE}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\${TITLE}"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
BrandingText " "
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${TITLE}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${TITLE}"
VIAddVersionKey "LegalCopyright" "The Presence Tray authors"

!define MUI_ICON "..\..\..\icons\icon.ico"
!define MUI_UNICON "..\..\..\icons\icon.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\presence-trayw.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

LangString COMMENT ${LANG_ENGLISH} "Your Microsoft Teams presence, from the tray"
LangString COMMENT ${LANG_GERMAN} "Die Anwesenheit in Microsoft Teams, aus dem Infobereich"
LangString IN_USE ${LANG_ENGLISH} "Presence Tray still runs. Quit it, then try again."
LangString IN_USE ${LANG_GERMAN} "Presence Tray läuft noch. Bitte beenden, dann noch einmal versuchen."

; A program that runs can be neither replaced nor removed. `quit` is done where none runs, and else returns when the program has left its pipe;
; the last of the process goes a moment later, and the window's with it. Windows tells an installer no better than by letting it write.
!macro FREE PROGRAM
  StrCpy $1 0
  ${Do}
    ClearErrors
    ${IfNot} ${FileExists} "$INSTDIR\${PROGRAM}"
      ${Break}
    ${EndIf}
    FileOpen $2 "$INSTDIR\${PROGRAM}" a
    ${IfNot} ${Errors}
      FileClose $2
      ${Break}
    ${EndIf}
    IntOp $1 $1 + 1
    ${If} $1 > 100
      MessageBox MB_OK|MB_ICONEXCLAMATION "$(IN_USE)" /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
    Sleep 100
  ${Loop}
!macroend
!macro QUIT
  ${If} ${FileExists} "$INSTDIR\presence-tray.exe"
    nsExec::Exec '"$INSTDIR\presence-tray.exe" quit'
    Pop $0
  ${EndIf}
  !insertmacro FREE presence-tray.exe
  !insertmacro FREE presence-flyout.exe
!macroend

Section
  !insertmacro QUIT
  SetOutPath "$INSTDIR"
  File "${PROGRAMS}\presence-tray.exe"
  File "${PROGRAMS}\presence-trayw.exe"
  File "${PROGRAMS}\presence-flyout.exe"
  File "..\..\..\icons\icon.ico"
  File /oname=LICENSE.txt "..\..\..\LICENSE"
  !ifdef LICENSES
    File /oname=THIRD-PARTY-LICENSES.txt "${LICENSES}"
  !endif
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateShortcut "$SMPROGRAMS\${TITLE}.lnk" "$INSTDIR\presence-trayw.exe" "" "$INSTDIR\icon.ico" 0 SW_SHOWNORMAL "" "$(COMMENT)"
  WriteRegStr HKCU "${SENDER}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${SENDER}" "IconUri" "$INSTDIR\icon.ico"

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\icon.ico"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The Presence Tray authors"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  SectionGetSize 0 $0
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
SectionEnd

Section "Uninstall"
  !insertmacro QUIT
  Delete "$INSTDIR\presence-tray.exe"
  Delete "$INSTDIR\presence-trayw.exe"
  Delete "$INSTDIR\presence-flyout.exe"
  Delete "$INSTDIR\icon.ico"
  Delete "$INSTDIR\LICENSE.txt"
  !ifdef LICENSES
    Delete "$INSTDIR\THIRD-PARTY-LICENSES.txt"
  !endif
  Delete "$INSTDIR\uninstall.exe"
  ; Never with /r: a person may have chosen a folder with other things in it.
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${TITLE}.lnk"
  DeleteRegKey HKCU "${SENDER}"
  DeleteRegKey HKCU "${UNINSTALL}"
  ; The start at login, where it was switched on.
  DeleteRegValue HKCU "${RUN}" "${ID}"
  DeleteRegValue HKCU "${RUN_SWITCH}" "${ID}"
SectionEnd
