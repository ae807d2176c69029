//! A cube of counts: a number of persons for every combination of a few coarse categories.

use serde::{Deserialize, Serialize};

/// One way of telling persons apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimension {
    /// Its code, such as `province`.
    pub code: String,
    /// The codes of its categories, in the order in which tables show them.
    pub categories: Vec<String>,
}

/// The dimensions of a cube.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// The dimensions; none at all leaves one cell, the total.
    pub dimensions: Vec<Dimension>,
}

/// Counts in every cell of a shape, the last dimension running fastest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cube {
    shape: Shape,
    counts: Vec<u32>,
}

/// Why something is not a cube, or does not fit one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CubeError {
    /// The counts are not as many as the shape has cells.
    #[error("{given} counts for a cube of {cells} cells")]
    Size {
        /// How many counts were given.
        given: usize,
        /// How many cells the shape has.
        cells: usize,
    },
    /// No such dimension.
    #[error("the cube has no dimension '{0}'")]
    Dimension(String),
    /// No such category.
    #[error("the dimension '{dimension}' has no category '{category}'")]
    Category {
        /// The dimension.
        dimension: String,
        /// The category asked for.
        category: String,
    },
}

impl Shape {
    /// How many cells there are.
    pub fn cells(&self) -> usize {
        self.dimensions.iter().map(|dimension| dimension.categories.len()).product()
    }

    /// The places of these dimensions.
    ///
    /// # Errors
    /// `Dimension` for a code that is not one of this shape.
    pub fn places(&self, codes: &[String]) -> Result<Vec<usize>, CubeError> {
        let place = |code: &String| {
            let found = self.dimensions.iter().position(|dimension| dimension.code == *code);
            found.ok_or_else(|| CubeError::Dimension(code.clone()))
        };
        codes.iter().map(place).collect()
    }

    /// The shape that keeps only these dimensions, in this order.
    pub fn keeping(&self, places: &[usize]) -> Shape {
        Shape { dimensions: places.iter().map(|place| self.dimensions[*place].clone()).collect() }
    }

    /// The category, in every dimension, of a cell.
    pub fn coordinates(&self, mut cell: usize) -> Vec<usize> {
        let mut coordinates = vec![0; self.dimensions.len()];
        for (place, dimension) in self.dimensions.iter().enumerate().rev() {
            coordinates[place] = cell % dimension.categories.len();
            cell /= dimension.categories.len();
        }
        coordinates
    }

    /// The cell of the shape that keeps `places` into which this cell falls.
    pub fn falls_into(&self, cell: usize, places: &[usize]) -> usize {
        let coordinates = self.coordinates(cell);
        places.iter().fold(0, |into, place| into * self.dimensions[*place].categories.len() + coordinates[*place])
    }

    /// For every cell of the shape that keeps `places`, the cells of this shape that fall into it.
    pub fn groups(&self, places: &[usize]) -> Vec<Vec<usize>> {
        let mut groups = vec![Vec::new(); self.keeping(places).cells()];
        (0..self.cells()).for_each(|cell| groups[self.falls_into(cell, places)].push(cell));
        groups
    }

    /// The cell with these categories, one for every dimension.
    ///
    /// # Errors
    /// `Size` when they are not as many as the dimensions, `Category` for one that its dimension does not have.
    pub fn cell(&self, categories: &[&str]) -> Result<usize, CubeError> {
        if categories.len() != self.dimensions.len() {
            return Err(CubeError::Size { given: categories.len(), cells: self.dimensions.len() });
        }
        let mut cell = 0;
        for (dimension, category) in self.dimensions.iter().zip(categories) {
            let found = dimension.categories.iter().position(|known| known == category);
            let unknown =
                || CubeError::Category { dimension: dimension.code.clone(), category: (*category).to_owned() };
            cell = cell * dimension.categories.len() + found.ok_or_else(unknown)?;
        }
        Ok(cell)
    }
}

impl Cube {
    /// A cube without anybody in it.
    pub fn empty(shape: Shape) -> Self {
        let counts = vec![0; shape.cells()];
        Self { shape, counts }
    }

    /// A cube with these counts.
    ///
    /// # Errors
    /// `Size` when they are not as many as the shape has cells.
    pub fn new(shape: Shape, counts: Vec<u32>) -> Result<Self, CubeError> {
        if counts.len() != shape.cells() {
            return Err(CubeError::Size { given: counts.len(), cells: shape.cells() });
        }
        Ok(Self { shape, counts })
    }

    /// Its shape.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The counts, the last dimension running fastest.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// How many are counted in all.
    pub fn total(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// Counts one more person.
    ///
    /// # Errors
    /// As [`Shape::cell`].
    pub fn count(&mut self, categories: &[&str]) -> Result<(), CubeError> {
        let cell = self.shape.cell(categories)?;
        self.counts[cell] += 1;
        Ok(())
    }

    /// The same persons, told apart by these dimensions only.
    pub fn keeping(&self, places: &[usize]) -> Cube {
        let mut kept = Cube::empty(self.shape.keeping(places));
        for (cell, count) in self.counts.iter().enumerate() {
            kept.counts[self.shape.falls_into(cell, places)] += count;
        }
        kept
    }

    /// The persons of both cubes.
    ///
    /// # Errors
    /// `Size` when the other has another number of cells.
    pub fn plus(&self, other: &Cube) -> Result<Cube, CubeError> {
        if self.shape != other.shape {
            return Err(CubeError::Size { given: other.counts.len(), cells: self.counts.len() });
        }
        let counts = self.counts.iter().zip(&other.counts).map(|(one, two)| one + two).collect();
        Ok(Cube { shape: self.shape.clone(), counts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> Shape {
        let dimension = |code: &str, categories: &[&str]| Dimension {
            code: code.into(),
            categories: categories.iter().map(|category| (*category).into()).collect(),
        };
        Shape { dimensions: vec![dimension("province", &["A", "L", "W"]), dimension("outcome", &["yes", "no"])] }
    }

    #[test]
    fn a_person_is_counted_in_the_cell_of_their_categories_and_in_every_margin() {
        let mut cube = Cube::empty(shape());
        cube.count(&["L", "no"]).unwrap();
        cube.count(&["W", "no"]).unwrap();
        assert_eq!(cube.counts(), [0, 0, 0, 1, 0, 1]);
        assert_eq!(cube.keeping(&[0]).counts(), [0, 1, 1]);
        assert_eq!(cube.keeping(&[1]).counts(), [0, 2]);
        assert_eq!(cube.keeping(&[]).counts(), [2]);
        assert_eq!(cube.keeping(&[1, 0]).counts(), [0, 0, 0, 0, 1, 1]);
    }

    #[test]
    fn an_unknown_category_is_named() {
        let error = Cube::empty(shape()).count(&["Z", "no"]).unwrap_err();
        assert_eq!(error.to_string(), "the dimension 'province' has no category 'Z'");
        assert!(Cube::new(shape(), vec![1; 5]).is_err());
    }

    #[test]
    fn groups_hold_every_cell_once() {
        assert_eq!(shape().groups(&[1]), [vec![0, 2, 4], vec![1, 3, 5]]);
        assert_eq!(shape().groups(&[]), [vec![0, 1, 2, 3, 4, 5]]);
    }
}
