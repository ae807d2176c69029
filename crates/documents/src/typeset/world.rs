//! What a template sees while it is typeset: itself, what all templates share, the content, the fonts. No file system, no
//! network, no clock.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use super::fonts::FONTS;
use super::{Template, TypesetError};

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

const CONTENT: &str = "content.json";
const SHARED: (&str, &str) = ("common.typ", include_str!("templates/common.typ"));

/// The surroundings of one document.
pub(super) struct Desk {
    main: FileId,
    sources: Vec<Source>,
    content: (FileId, Bytes),
}

impl Desk {
    /// A desk on which this template finds this content.
    pub fn with(template: Template, content: Vec<u8>) -> Result<Self, TypesetError> {
        let (name, text) = template.source();
        let sources = [(name, text), SHARED].map(|(name, text)| Ok(Source::new(place(name)?, text.to_owned())));
        let sources = sources.into_iter().collect::<Result<_, TypesetError>>()?;
        Ok(Self { main: place(name)?, sources, content: (place(CONTENT)?, Bytes::new(content)) })
    }
}

fn place(name: &str) -> Result<FileId, TypesetError> {
    let path = VirtualPath::new(name).map_err(|_| TypesetError::Standard(format!("no template is called {name}")))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.iter().find(|source| source.id() == id).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let (content, bytes) = &self.content;
        if id == *content { Ok(bytes.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.faces.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
