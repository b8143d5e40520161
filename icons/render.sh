#!/usr/bin/env bash
# Renders every picture in this folder from its SVG source. The results are committed, so that a build needs none of
# these tools: rsvg-convert (librsvg2-bin), convert (imagemagick), python3.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# png SOURCE SIZE TARGET: 8-bit RGBA whatever the picture holds (Tauri refuses anything else), no date inside, so that
# rendering twice gives the same bytes.
png() {
    rsvg-convert --width "$2" --height "$2" "$1" --output "$work/raw.png"
    convert "$work/raw.png" -strip -define png:exclude-chunks=date,time -define png:color-type=6 \
        -define png:bit-depth=8 -define png:compression-level=9 "PNG:$3"
}

for source in tray/*.svg; do
    png "$source" 48 "${source%.svg}.png"
done

for size in 16 24 32 48 64 128 256 512; do
    png app.svg "$size" "$work/$size.png"
done
cp "$work/32.png" 32x32.png
cp "$work/128.png" 128x128.png
cp "$work/256.png" 128x128@2x.png
cp "$work/512.png" icon.png
convert "$work"/{16,24,32,48,64,128,256}.png icon.ico

# An .icns file is "icns", its own length, then for each picture a type, a length and the PNG itself; lengths are
# big-endian and count their own eight bytes of header.
python3 - "$work" icon.icns <<'PYTHON'
import pathlib, struct, sys

work, target = map(pathlib.Path, sys.argv[1:])
# 16, 32, 64, 128, 256, 512 pixels, then the double-resolution names of 32, 64, 256, 512.
types = {"icp4": 16, "icp5": 32, "icp6": 64, "ic07": 128, "ic08": 256, "ic09": 512,
         "ic11": 32, "ic12": 64, "ic13": 256, "ic14": 512}
entries = b""
for name, size in types.items():
    picture = (work / f"{size}.png").read_bytes()
    entries += name.encode() + struct.pack(">I", 8 + len(picture)) + picture
target.write_bytes(b"icns" + struct.pack(">I", 8 + len(entries)) + entries)
PYTHON
