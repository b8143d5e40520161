//! The application's icon: one drawing, in the files that Tauri's bundler and the packages take for each system.

use std::io::Cursor;

use icns::{IconFamily, IconType, PixelFormat};
use ico::{IconDir, IconDirEntry, IconImage, ResourceType};

use crate::picture::Picture;
use crate::source;

/// PNG files by name, and their pixels on a side. Linux wants 48 at the least, and 64 for its software centres.
pub const PNG: [(&str, u32); 6] = [
    ("32x32.png", 32),
    ("48x48.png", 48),
    ("64x64.png", 64),
    ("128x128.png", 128),
    ("128x128@2x.png", 256),
    ("icon.png", 512),
];

/// Sizes in the `.ico` file of Windows: from 16 at 100 % to what the Explorer shows as extra large.
pub const ICO: [u32; 8] = [16, 20, 24, 32, 48, 64, 128, 256];

/// Sizes in the `.icns` file of macOS; each of them also as the double of half of it, where there is such a kind.
pub const ICNS: [u32; 7] = [16, 32, 64, 128, 256, 512, 1024];

/// The icon with `size` pixels on a side.
pub fn picture(size: u32) -> anyhow::Result<Picture> {
    Picture::render(&source("app.svg")?, size)
}

/// The bytes of `icon.ico`.
pub fn ico(pictures: Vec<Picture>) -> anyhow::Result<Vec<u8>> {
    let mut icon = IconDir::new(ResourceType::Icon);
    for Picture { width, height, rgba } in pictures {
        let image = IconImage::from_rgba_data(width, height, rgba);
        icon.add_entry(IconDirEntry::encode_as_png(&image)?);
    }
    let mut bytes = Vec::new();
    icon.write(&mut bytes)?;
    Ok(bytes)
}

/// The pictures in an `.ico` file.
pub fn from_ico(bytes: &[u8]) -> anyhow::Result<Vec<Picture>> {
    let icon = IconDir::read(Cursor::new(bytes))?;
    let decode = |entry: &IconDirEntry| {
        let image = entry.decode()?;
        Ok(Picture {
            width: image.width(),
            height: image.height(),
            rgba: image.into_rgba_data(),
        })
    };
    icon.entries().iter().map(decode).collect()
}

/// The bytes of `icon.icns`.
pub fn icns(pictures: Vec<Picture>) -> anyhow::Result<Vec<u8>> {
    let mut family = IconFamily::new();
    for Picture { width, height, rgba } in pictures {
        let image = icns::Image::from_data(PixelFormat::RGBA, width, height, rgba)?;
        let kinds = [1, 2].map(|density| IconType::from_pixel_size_and_density(width, height, density));
        for kind in kinds.into_iter().flatten() {
            family.add_icon_with_type(&image, kind)?;
        }
    }
    let mut bytes = Vec::new();
    family.write(&mut bytes)?;
    Ok(bytes)
}

/// The pictures in an `.icns` file.
pub fn from_icns(bytes: &[u8]) -> anyhow::Result<Vec<Picture>> {
    let family = IconFamily::read(bytes)?;
    let decode = |kind| {
        let image = family.get_icon_with_type(kind)?.convert_to(PixelFormat::RGBA);
        Ok(Picture {
            width: image.width(),
            height: image.height(),
            rgba: image.into_data().into_vec(),
        })
    };
    family.available_icons().into_iter().map(decode).collect()
}
