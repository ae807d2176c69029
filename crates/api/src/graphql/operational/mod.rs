//! The published tables on dossiers, and, for supervision, what is behind one of their figures.

mod lineage;

use async_graphql::{ComplexObject, Context, Enum, ID, Object, Result, SimpleObject};
use spoor_disclosure::{TableCell, Value};
use spoor_documents::edition::{OperationalTable as Frozen, YEAR_SUFFIX};
use spoor_projections::publication::{TableWords, dimension_words, table_words};

use super::coded::LabelLanguage;
use super::outcome::unexpected;
use super::plan::plan_id;
use super::scalars::HalfYear;
use super::session::{allow, desk};
use crate::desk::Published;
use crate::policy::Action;
use lineage::Lineage;

/// The tables of a published edition.
#[derive(SimpleObject)]
pub struct OperationalTables {
    /// The half-year the edition is about.
    period: HalfYear,
    /// The number of the edition of this half-year.
    edition: u32,
    /// SHA-256 of the edition's content, of which every page of it has the first twelve digits.
    hash: String,
    /// The version of the rules by which figures were counted and rounded.
    rules: String,
    /// The tables, as they were frozen.
    tables: Vec<OperationalTable>,
}

/// A published table: sums of one cube of rounded counts of persons.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct OperationalTable {
    /// Its code.
    code: String,
    /// The half-years it is about, which may be more than the one asked for.
    half_years: Vec<HalfYear>,
    /// Its cells.
    cells: Vec<OperationalCell>,
    #[graphql(skip)]
    frozen: Frozen,
}

/// A cell of a published table.
#[derive(SimpleObject)]
pub struct OperationalCell {
    /// Its category in every dimension of the table; none for the total.
    categories: Vec<OperationalCategory>,
    /// What kind of figure it is.
    kind: FigureKind,
    /// The figure; none where nothing is told.
    value: Option<u32>,
}

/// A category of a published table.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct OperationalCategory {
    /// Its code.
    code: String,
    #[graphql(skip)]
    label_nl: String,
}

/// What is told of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum FigureKind {
    /// The true number, told for the first time.
    Number,
    /// A sum in which counts of 1 to 4 were rounded to 0 or 5: a 0 may stand for nobody and for up to four. Also one that an
    /// earlier edition told: it stands as it was told then.
    Rounded,
    /// There are no records of that time.
    NotRegistered,
    /// Still to come, or waiting until enough persons are counted.
    NotYetDelivered,
    /// The period could not be told safely in this detail.
    NotInThisDetail,
}

impl OperationalTable {
    fn of(frozen: Frozen) -> Self {
        let cells = frozen.table.cells.iter().map(|cell| OperationalCell::of(cell, &frozen)).collect();
        let half_years = frozen.table.half_years.iter().map(HalfYear).collect();
        Self { code: frozen.table.code.clone(), half_years, cells, frozen }
    }

    /// The words of the catalogue, in both languages.
    fn words(&self) -> Option<TableWords> {
        table_words(self.code.strip_suffix(YEAR_SUFFIX).unwrap_or(&self.code))
    }
}

impl OperationalCell {
    fn of(cell: &TableCell, table: &Frozen) -> Self {
        let label = |code: &str| table.labels.categories.iter().find(|known| known.code == code);
        let category = |code: &String| OperationalCategory {
            code: code.clone(),
            label_nl: label(code).map_or_else(|| code.clone(), |known| known.label.clone()),
        };
        let (kind, value) = match cell.value {
            Value::Number(count) => (FigureKind::Number, Some(count)),
            Value::Rounded(count) => (FigureKind::Rounded, Some(count)),
            Value::NotRegistered => (FigureKind::NotRegistered, None),
            Value::NotYetDelivered => (FigureKind::NotYetDelivered, None),
            Value::NotInThisDetail => (FigureKind::NotInThisDetail, None),
        };
        Self { categories: cell.categories.iter().map(category).collect(), kind, value }
    }
}

#[ComplexObject]
impl OperationalTable {
    /// Its title: in Dutch as it was frozen.
    async fn title(&self, #[graphql(desc = "The language of the words.", default)] language: LabelLanguage) -> String {
        let english = self.words().map(|words| words.title.en);
        match (language, english) {
            (LabelLanguage::En, Some(title)) => title.to_owned(),
            (LabelLanguage::En, None) | (LabelLanguage::Nl, _) => self.frozen.labels.title.clone(),
        }
    }

    /// What is counted, and how small counts are told: in Dutch as it was frozen.
    async fn note(&self, #[graphql(desc = "The language of the words.", default)] language: LabelLanguage) -> String {
        let english = self.words().map(|words| words.note.en);
        match (language, english) {
            (LabelLanguage::En, Some(note)) => note.to_owned(),
            (LabelLanguage::En, None) | (LabelLanguage::Nl, _) => self.frozen.labels.note.clone(),
        }
    }
}

#[ComplexObject]
impl OperationalCategory {
    /// What it is called: in Dutch as it was frozen.
    async fn label(&self, #[graphql(desc = "The language of the words.", default)] language: LabelLanguage) -> String {
        let words = dimension_words().into_iter().flat_map(|dimension| dimension.categories);
        let english = words.into_iter().find(|(code, _)| *code == self.code).map(|(_, words)| words.en);
        match (language, english) {
            (LabelLanguage::En, Some(label)) => label.to_owned(),
            (LabelLanguage::En, None) | (LabelLanguage::Nl, _) => self.label_nl.clone(),
        }
    }
}

/// Questions about published figures.
#[derive(Default)]
pub struct OperationalQuery;

#[Object]
impl OperationalQuery {
    /// The tables on dossiers as published with the latest edition of this half-year; none before one is approved. They are
    /// the only figures on dossiers that leave the house.
    async fn operational_tables(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the plan.")] plan: ID,
        #[graphql(desc = "The half-year.")] period: HalfYear,
    ) -> Option<Result<OperationalTables>> {
        tables(ctx, &plan, period).await.transpose()
    }

    /// A published figure, and, for a compliance officer, the dossiers and events it was counted from, as they were known
    /// at the place in the log that its edition pins. Whoever is shown them is recorded as a reader of those dossiers.
    async fn lineage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the plan.")] plan: ID,
        #[graphql(desc = "The half-year.")] period: HalfYear,
        #[graphql(desc = "The code of the table.")] table: String,
        #[graphql(desc = "The codes of the cell's categories, one per dimension of the table; none for the total.")]
        categories: Vec<String>,
    ) -> Option<Result<Lineage>> {
        Lineage::find(ctx, &plan, period, &table, &categories).await.transpose()
    }
}

async fn tables(ctx: &Context<'_>, plan: &ID, period: HalfYear) -> Result<Option<OperationalTables>> {
    let Some(Published { content, number, hash, .. }) = published(ctx, plan, period).await? else { return Ok(None) };
    let tables = content.tables.into_iter().map(OperationalTable::of).collect();
    Ok(Some(OperationalTables { period, edition: number, hash, rules: content.head.rules, tables }))
}

/// The latest published edition of a half-year.
async fn published(ctx: &Context<'_>, plan: &ID, period: HalfYear) -> Result<Option<Published>> {
    allow(ctx, Action::SeePublishedFigures)?;
    let Some(plan) = plan_id(plan) else { return Ok(None) };
    desk(ctx)?.published_content(plan, period.0).await.map_err(|error| unexpected(ctx, error))
}
