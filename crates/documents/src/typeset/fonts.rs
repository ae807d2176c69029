//! The fonts of every document, compiled into the program, and which letters they have.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// The files, in the order in which a letter is looked for.
const FILES: [&[u8]; 10] = [
    include_bytes!("../../fonts/SourceSerif4-Regular.otf"),
    include_bytes!("../../fonts/SourceSerif4-It.otf"),
    include_bytes!("../../fonts/SourceSerif4-Semibold.otf"),
    include_bytes!("../../fonts/SourceSans3-Regular.otf"),
    include_bytes!("../../fonts/SourceSans3-It.otf"),
    include_bytes!("../../fonts/SourceSans3-Semibold.otf"),
    include_bytes!("../../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansHebrew-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansArmenian-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansGeorgian-Regular.ttf"),
];

/// The fonts, read once.
pub(super) static FONTS: LazyLock<Fonts> = LazyLock::new(Fonts::read);

/// The fonts and their register.
pub(super) struct Fonts {
    /// Each face.
    pub faces: Vec<Font>,
    /// What they are called.
    pub book: LazyHash<FontBook>,
    /// Per family the letters that all its faces have.
    letters: Vec<BTreeSet<u32>>,
}

impl Fonts {
    fn read() -> Self {
        let faces: Vec<Font> = FILES.iter().flat_map(|file| Font::iter(Bytes::new(*file))).collect();
        let book = FontBook::from_fonts(&faces);
        let of = |face: usize| faces[face].info().coverage.iter().collect::<BTreeSet<u32>>();
        let common = |found: BTreeSet<u32>, face: usize| found.intersection(&of(face)).copied().collect();
        let letters = book.families().filter_map(|(_, mut faces)| {
            let first = of(faces.next()?);
            Some(faces.fold(first, common))
        });
        let letters = letters.collect();
        Self { letters, book: LazyHash::new(book), faces }
    }

    /// Whether one family has all of these letters in every one of its faces: then they can be set together, upright,
    /// slanted or bold.
    pub fn have(&self, letters: &str) -> bool {
        self.letters.iter().any(|family| letters.chars().all(|letter| family.contains(&u32::from(letter))))
    }
}
