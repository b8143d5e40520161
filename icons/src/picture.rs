//! Pixels, and how an SVG becomes some.

use anyhow::Context as _;
use resvg::{tiny_skia, usvg};

/// A picture in RGBA, 8 bits a channel, colours not multiplied by alpha.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Row by row from the top; four bytes a pixel.
    pub rgba: Vec<u8>,
}

impl Picture {
    /// Renders `svg`, a square, with `size` pixels on each side. The same everywhere: the renderer uses nothing of the system's.
    pub fn render(svg: &str, size: u32) -> anyhow::Result<Picture> {
        let tree = usvg::Tree::from_str(svg, &usvg::Options::default())?;
        let mut pixmap = tiny_skia::Pixmap::new(size, size).context("a picture without pixels")?;
        #[expect(clippy::cast_precision_loss, reason = "no picture has 2^24 pixels on a side")]
        let scale = size as f32 / tree.size().width();
        resvg::render(
            &tree,
            tiny_skia::Transform::from_scale(scale, scale),
            &mut pixmap.as_mut(),
        );
        let straight = pixmap.pixels().iter().flat_map(|pixel| {
            let pixel = pixel.demultiply();
            [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]
        });
        Ok(Picture {
            width: size,
            height: size,
            rgba: straight.collect(),
        })
    }

    /// The same in sixteen steps a channel: few enough colours for a palette, and more than an eye tells apart on an edge.
    #[must_use]
    pub fn in_few_colours(mut self) -> Picture {
        for pixel in self.rgba.chunks_exact_mut(4) {
            for channel in &mut *pixel {
                *channel = channel.saturating_add(8) / 17 * 17;
            }
            if pixel[3] == 0 {
                pixel.fill(0);
            }
        }
        self
    }

    /// `pictures`, all as wide as the first, one below the other.
    pub fn column(pictures: &[Picture]) -> Picture {
        Picture {
            width: pictures.first().map_or(0, |first| first.width),
            height: pictures.iter().map(|picture| picture.height).sum(),
            rgba: pictures.iter().flat_map(|picture| &picture.rgba).copied().collect(),
        }
    }

    /// Its pixels, row by row.
    pub fn pixels(&self) -> &[[u8; 4]] {
        self.rgba.as_chunks().0
    }

    /// Its rows from the top.
    pub fn rows(&self) -> impl Iterator<Item = &[[u8; 4]]> {
        self.pixels().chunks_exact(self.width.max(1) as usize)
    }
}
