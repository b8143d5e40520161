#!/usr/bin/env bash
# Makes "Presence Tray.app" of a release build, and a disk image of it. For macOS; written without one at hand.
#
#   src-tauri/packaging/macos/disk-image.sh 0.1.0 target/release target/package
#
# It is signed for this machine alone: for others, sign and notarise it with the identity of whoever publishes it.
set -euo pipefail
version=$1 programs=$2 folder=$3
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)

image=$folder/image
app="$image/Presence Tray.app"
rm -rf "$image"
mkdir -p "$app/Contents/MacOS" "$app/Contents/Resources"
# Resident and window find each other in one folder.
cp "$programs/presence-tray" "$programs/presence-flyout" "$app/Contents/MacOS/"
cp "$root/icons/icon.icns" "$root/LICENSE" "$app/Contents/Resources/"
if [ -f "$folder/THIRD-PARTY-LICENSES.txt" ]; then
    cp "$folder/THIRD-PARTY-LICENSES.txt" "$app/Contents/Resources/"
fi
sed "s/@VERSION@/$version/" "$here/Info.plist" > "$app/Contents/Info.plist"
plutil -lint "$app/Contents/Info.plist"
codesign --force --sign - "$app/Contents/MacOS/presence-flyout"
codesign --force --sign - "$app"
codesign --verify --strict "$app"
ln -s /Applications "$image/Applications"
hdiutil create -volname "Presence Tray" -srcfolder "$image" -ov -format UDZO "$folder/presence-tray-$version.dmg"
