//! The icons, drawn in `icons/tray` and carried in the executable.

use presence::Badge;
use thiserror::Error;

use super::model::Icon;

/// Why an icon of our own could not be used.
#[derive(Debug, Error)]
pub(crate) enum IconError {
    #[error(transparent)]
    Png(#[from] png::DecodingError),
    #[error("the picture is not in RGBA with 8 bits a channel")]
    Format,
    #[error(transparent)]
    Refused(#[from] tray_icon::BadIcon),
}

/// The picture of `icon`, as the tray backend wants it.
pub(crate) fn load(icon: Icon) -> Result<tray_icon::Icon, IconError> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file(icon))).read_info()?;
    let info = reader.info();
    let (width, height) = (info.width, info.height);
    let mut pixels = vec![0; reader.output_buffer_size().ok_or(IconError::Format)?];
    let frame = reader.next_frame(&mut pixels)?;
    if (frame.color_type, frame.bit_depth) != (png::ColorType::Rgba, png::BitDepth::Eight) {
        return Err(IconError::Format);
    }
    Ok(tray_icon::Icon::from_rgba(pixels, width, height)?)
}

fn file(icon: Icon) -> &'static [u8] {
    macro_rules! picture {
        ($name:literal) => {
            include_bytes!(concat!("../../../../../icons/tray/", $name, ".png"))
        };
    }
    match icon {
        Icon::Presence(Badge::Available) => picture!("available"),
        Icon::Presence(Badge::Busy) => picture!("busy"),
        Icon::Presence(Badge::DoNotDisturb) => picture!("do-not-disturb"),
        Icon::Presence(Badge::Away) => picture!("away"),
        Icon::Presence(Badge::BeRightBack) => picture!("be-right-back"),
        Icon::Presence(Badge::Offline) => picture!("offline"),
        Icon::Presence(Badge::OutOfOffice) => picture!("out-of-office"),
        Icon::Presence(Badge::Unknown) => picture!("unknown"),
        Icon::SignedOut => picture!("signed-out"),
        Icon::Problem => picture!("problem"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_a_picture_of_its_own() {
        let badges = [
            Badge::Available,
            Badge::Busy,
            Badge::DoNotDisturb,
            Badge::Away,
            Badge::BeRightBack,
            Badge::Offline,
            Badge::OutOfOffice,
            Badge::Unknown,
        ];
        let icons: Vec<Icon> = badges
            .map(Icon::Presence)
            .into_iter()
            .chain([Icon::SignedOut, Icon::Problem])
            .collect();
        for icon in &icons {
            load(*icon).unwrap_or_else(|error| panic!("{icon:?}: {error}"));
            assert_eq!(
                icons.iter().filter(|other| file(**other) == file(*icon)).count(),
                1,
                "{icon:?}"
            );
        }
    }
}
