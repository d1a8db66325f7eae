//! `reduce`: groups of similar texts.

mod patterns;

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringViewArray};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::cast::as_string_view_array;
use datafusion::common::{Result, exec_err};

use crate::whole::Computation;
use patterns::{Clusters, Rules};

/// The pattern of the rows that belong to no other.
const OTHERS: &str = "others";

/// Finds the patterns of the texts in the first column of the input.
#[derive(Debug)]
pub struct Reduce {
    /// The share of all rows that makes a word or a pattern frequent.
    pub threshold: f64,
    /// What separates words; everything but letters and digits unless given.
    pub characters: Option<String>,
    /// `kind=source`: the other columns come out with the pattern in this place among them.
    pub pattern: Option<usize>,
}

impl Computation for Reduce {
    fn name(&self) -> &'static str {
        "reduce"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let [rows] = inputs else {
            return exec_err!("reduce has one input");
        };
        let texts = as_string_view_array(rows.column(0))?;
        let texts: Vec<&str> = texts.iter().map(Option::unwrap_or_default).collect();
        let clusters = Clusters::new(&texts, &Rules::new(self.threshold, self.characters.as_deref()));
        let columns = match self.pattern {
            Some(place) => {
                let mut columns: Vec<ArrayRef> = rows.columns().iter().skip(1).cloned().collect();
                let patterns = (0..texts.len()).map(|row| clusters.of_row(row).map_or(OTHERS, |cluster| cluster.pattern.as_str()));
                columns.insert(place.min(columns.len()), Arc::new(patterns.map(Some).collect::<StringViewArray>()));
                columns
            }
            None => summary(&texts, &clusters),
        };
        Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
    }
}

/// A row for each pattern, the most frequent first, and one for the rest.
fn summary(texts: &[&str], clusters: &Clusters) -> Vec<ArrayRef> {
    let mut rows: Vec<(&str, usize, &str)> = clusters
        .all()
        .iter()
        .map(|cluster| {
            (
                cluster.pattern.as_str(),
                cluster.count,
                texts.get(cluster.first).copied().unwrap_or_default(),
            )
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.1));
    let covered: usize = rows.iter().map(|(_, count, _)| count).sum();
    if covered < texts.len() {
        rows.push((OTHERS, texts.len() - covered, ""));
    }
    vec![
        Arc::new(rows.iter().map(|row| Some(row.0)).collect::<StringViewArray>()),
        Arc::new(
            rows.iter()
                .map(|row| i64::try_from(row.1).unwrap_or(i64::MAX))
                .collect::<Int64Array>(),
        ),
        Arc::new(rows.iter().map(|row| Some(row.2)).collect::<StringViewArray>()),
    ]
}
