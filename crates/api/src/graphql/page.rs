//! Relay pages: `first` or `last`, at most a hundred, and cursors that nobody can make but us.

use async_graphql::{Context, Result};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use spoor_projections::{Edge, PageRequest};
use tokio::sync::OnceCell;

use super::problem::{OurFault, Problem};
use super::session::desk;

/// The most items a client may ask for at once.
pub const LARGEST_PAGE: i32 = 100;

const VERSION: u8 = 1;
const SEAL_BYTES: usize = 16;

/// The key of the seal on cursors: made from the installation's own, the same in every process, opened when first used.
#[derive(Default)]
pub struct CursorKey(OnceCell<hmac::Key>);

/// What a client asks of a list.
pub struct Paging {
    /// So many from the beginning.
    pub first: Option<i32>,
    /// After this cursor.
    pub after: Option<String>,
    /// So many from the end.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
}

impl Paging {
    /// The page of this list that is asked for; `list` is part of the seal, so a cursor fits the list it came from.
    pub async fn request(self, ctx: &Context<'_>, list: &str) -> Result<PageRequest> {
        let size = |size: Option<i32>| match size {
            Some(asked @ 1..=LARGEST_PAGE) => Ok(u32::try_from(asked).ok()),
            Some(_) => Err(Problem::BadUserInput("ask for 1 to 100 items").at(ctx)),
            None => Ok(None),
        };
        if self.first.is_some() == self.last.is_some() {
            return Err(Problem::NO_PAGE.at(ctx));
        }
        let key = CursorKey::of(ctx).await?;
        let open = |cursor: Option<String>| match cursor {
            Some(sealed) => unseal(key, list, &sealed).map(Some).ok_or_else(|| {
                Problem::BadUserInput("this cursor is not one of this list: begin at the first page").at(ctx)
            }),
            None => Ok(None),
        };
        Ok(PageRequest {
            first: size(self.first)?,
            after: open(self.after)?,
            last: size(self.last)?,
            before: open(self.before)?,
            with_total: ctx.look_ahead().field("totalCount").exists()
                || ctx.look_ahead().field("totalCountExact").exists(),
        })
    }
}

impl CursorKey {
    async fn of<'a>(ctx: &Context<'a>) -> Result<&'a hmac::Key> {
        let this = ctx.data::<CursorKey>()?;
        this.0
            .get_or_try_init(async || {
                let secret = desk(ctx)?.log.vault().blind("cursor-key", "1").await.ours(ctx)?;
                Ok(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))
            })
            .await
    }
}

/// The rows of a page with their cursors sealed.
pub async fn sealed<T>(ctx: &Context<'_>, list: &str, edges: Vec<Edge<T>>) -> Result<Vec<(String, T)>> {
    let key = CursorKey::of(ctx).await?;
    Ok(edges.into_iter().map(|edge| (seal(key, list, &edge.cursor), edge.node)).collect())
}

fn seal(key: &hmac::Key, list: &str, cursor: &str) -> String {
    let mut bytes = Vec::with_capacity(1 + SEAL_BYTES + cursor.len());
    bytes.push(VERSION);
    bytes.extend_from_slice(&hmac::sign(key, &sealed_text(list, cursor)).as_ref()[..SEAL_BYTES]);
    bytes.extend_from_slice(cursor.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn unseal(key: &hmac::Key, list: &str, sealed: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (version, rest) = bytes.split_first()?;
    let (seal, cursor) = rest.split_at_checked(SEAL_BYTES)?;
    let cursor = std::str::from_utf8(cursor).ok()?;
    let right = hmac::sign(key, &sealed_text(list, cursor));
    let holds = aws_lc_rs::constant_time::verify_slices_are_equal(&right.as_ref()[..SEAL_BYTES], seal).is_ok();
    (*version == VERSION && holds).then(|| cursor.to_owned())
}

fn sealed_text(list: &str, cursor: &str) -> Vec<u8> {
    [list.as_bytes(), b"\0", cursor.as_bytes()].concat()
}

/// Declares a connection: its edges, its nodes and what a client needs to go on; and one field besides, where it has one.
macro_rules! connection {
    (
        $(#[$($doc:tt)*])+ $connection:ident, $edge:ident of $node:ty
        $(, $(#[$($besides_doc:tt)*])+ $besides:ident: $besides_type:ty)?
    ) => {
        $(#[$($doc)*])+
        pub struct $connection {
            pub(in $crate::graphql) edges: Vec<$edge>,
            pub(in $crate::graphql) has_next: bool,
            pub(in $crate::graphql) has_previous: bool,
            pub(in $crate::graphql) total: Option<spoor_projections::Total>,
            pub(in $crate::graphql) position: spoor_eventlog::Position,
            $(pub(in $crate::graphql) $besides: $besides_type,)?
        }

        /// An item with the cursor that names its place in the list.
        #[derive(async_graphql::SimpleObject)]
        pub struct $edge {
            /// The place of the item in the list.
            pub(in $crate::graphql) cursor: String,
            /// The item.
            pub(in $crate::graphql) node: $node,
        }

        $(#[$($doc)*])+
        #[async_graphql::Object]
        impl $connection {
            /// The items with their cursors.
            async fn edges(&self, ctx: &async_graphql::Context<'_>) -> &[$edge] {
                self.edges.iter().for_each(|edge| $crate::graphql::disclosure::Discloses::disclose(&edge.node, ctx));
                &self.edges
            }
            /// The items alone.
            async fn nodes(&self, ctx: &async_graphql::Context<'_>) -> Vec<&$node> {
                self.edges.iter().for_each(|edge| $crate::graphql::disclosure::Discloses::disclose(&edge.node, ctx));
                self.edges.iter().map(|edge| &edge.node).collect()
            }
            /// How to go on.
            async fn page_info(&self, ctx: &async_graphql::Context<'_>) -> $crate::graphql::page::PageInfo {
                // A cursor says which item it stands at; that there is one more says nothing of it.
                let cursors = [("startCursor", self.edges.first()), ("endCursor", self.edges.last())];
                let told = cursors.into_iter().filter(|(name, _)| ctx.look_ahead().field(name).exists());
                told.filter_map(|(_, edge)| edge).for_each(|edge| $crate::graphql::disclosure::Discloses::disclose(&edge.node, ctx));
                $crate::graphql::page::PageInfo {
                    has_next_page: self.has_next,
                    has_previous_page: self.has_previous,
                    start_cursor: self.edges.first().map(|edge| edge.cursor.clone()),
                    end_cursor: self.edges.last().map(|edge| edge.cursor.clone()),
                }
            }
            /// How many items the whole list has, as far as the viewer may see it; counting stops at a bound.
            async fn total_count(&self) -> Option<u64> {
                self.total.map(|total| total.count)
            }
            /// Whether `totalCount` is exact, and not the bound at which counting stopped.
            async fn total_count_exact(&self) -> Option<bool> {
                self.total.map(|total| total.exact)
            }
            $(
                $(#[$($besides_doc)*])+
                async fn $besides(&self) -> &$besides_type {
                    &self.$besides
                }
            )?
            /// The state of the log that is shown.
            async fn position(&self) -> $crate::graphql::scalars::Position {
                self.position.into()
            }
        }
    };
}
pub(crate) use connection;

/// How to go on from a page.
#[derive(async_graphql::SimpleObject)]
#[graphql(name = "PageInfo")]
pub struct PageInfo {
    /// Whether there are items after this page.
    pub has_next_page: bool,
    /// Whether there are items before this page.
    pub has_previous_page: bool,
    /// The place of the first item.
    pub start_cursor: Option<String>,
    /// The place of the last item.
    pub end_cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_only_for_the_list_and_key_it_was_sealed_for() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"one");
        let other = hmac::Key::new(hmac::HMAC_SHA256, b"two");
        let sealed = seal(&key, "trajectories", "requested~2026-01-02~x");
        assert_eq!(unseal(&key, "trajectories", &sealed).as_deref(), Some("requested~2026-01-02~x"));
        assert_eq!(unseal(&key, "auditTrail", &sealed), None);
        assert_eq!(unseal(&other, "trajectories", &sealed), None);
        assert_eq!(unseal(&key, "trajectories", ""), None);
        let mut forged = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
        *forged.last_mut().unwrap() ^= 1;
        assert_eq!(unseal(&key, "trajectories", &URL_SAFE_NO_PAD.encode(forged)), None);
    }
}
