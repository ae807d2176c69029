//! The forms of an edition, each made from its content and the hash of that alone.

use spoor_documents::edition::{ContentHash, EditionContent, report_pdf};
use spoor_documents::forms::Form;
use spoor_domain::edition::event::EditionForm;
use spoor_domain::kernel::Label;

use super::fault::EditionFault;

/// What makes the form: the press, or one of the forms as data.
fn data(form: EditionForm) -> Option<Form> {
    match form {
        EditionForm::Pdf => None,
        EditionForm::Json => Some(Form::Json),
        EditionForm::Csv => Some(Form::Csv),
        EditionForm::Xlsx => Some(Form::Xlsx),
        EditionForm::Ods => Some(Form::Ods),
        EditionForm::JsonLd => Some(Form::JsonLd),
    }
}

/// The media type of a form.
pub fn media_type(form: EditionForm) -> &'static str {
    data(form).map_or("application/pdf", Form::media_type)
}

/// The name of the file of a form, such as `voortgangsrapport-2018-H2-editie-1.pdf`; a draft's says so.
pub fn file_name(content: (spoor_domain::kernel::HalfYear, u32), form: EditionForm, draft: bool) -> String {
    let (period, number) = content;
    let extension = data(form).map_or("pdf", Form::extension);
    let draft = if draft { "-concept" } else { "" };
    format!("voortgangsrapport-{period}-editie-{number}{draft}.{extension}")
}

/// The edition in one form. A draft says so, everywhere.
pub fn render(
    form: EditionForm,
    content: &EditionContent,
    hash: &ContentHash,
    draft: bool,
) -> Result<Vec<u8>, EditionFault> {
    Ok(match data(form) {
        Some(data) => data.render(content, hash, draft)?,
        None => report_pdf(content, hash, draft)?,
    })
}

/// The edition in every form.
pub(super) fn all(content: &EditionContent, hash: &ContentHash) -> Result<Vec<(EditionForm, Vec<u8>)>, EditionFault> {
    EditionForm::ALL.iter().map(|form| Ok((*form, render(*form, content, hash, false)?))).collect()
}
