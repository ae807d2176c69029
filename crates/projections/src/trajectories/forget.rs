//! Forgetting an erased person where no event comes any more, and in the files themselves.

use spoor_domain::kernel::SubjectId;

use crate::db::args;
use crate::error::ViewError;
use crate::views::Views;

/// Deletes the digests of a subject in every build there is: the answering one has done so when it came to the
/// confirmation, but one that was replaced is kept for a while and gets no events. On SQLite the pages that held them
/// leave the write-ahead logs too.
pub async fn forget(views: &Views, subject: SubjectId) -> Result<(), ViewError> {
    for (id, _) in views.builds(super::PROJECTION).await? {
        let build = views.open_build(&id).await?;
        build.db.run("delete from blind_index where subject = $1", args![subject.to_string()]).await?;
        build.db.empty_write_ahead_log().await?;
    }
    Ok(())
}
