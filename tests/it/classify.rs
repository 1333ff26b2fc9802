use std::collections::BTreeMap;

use proptest::prelude::*;
use segmentry::{
    bands::Bands,
    classify::{Move, Neighbor, ScoreGrid, ScoreRow, ScoreTable, tables},
};

use crate::rfm_data::{self, Rfm};

fn message(table: ScoreTable) -> String {
    table.check().unwrap_err().to_string()
}

fn two_by_three() -> ScoreTable {
    ScoreTable::new([("recency", 2), ("frequency", 3)])
}

// ---- published numbers

/// Customers, orders and revenue of each segment, with the cut points of R's rule.
fn segment_sums(rfm: &Rfm, grid: &ScoreGrid) -> BTreeMap<String, (u32, f64, f64)> {
    let scores = [
        Bands::rfm_rule(5).lower_is_better().score_rows(&rfm.recency, None).unwrap(),
        Bands::rfm_rule(5).score_rows(&rfm.frequency, None).unwrap(),
        Bands::rfm_rule(5).score_rows(&rfm.monetary, None).unwrap(),
    ];
    let placed = grid.assign_all(&[&scores[0], &scores[1], &scores[2]]).unwrap();
    let mut sums = BTreeMap::<String, (u32, f64, f64)>::new();
    for (row, segment) in placed.into_iter().enumerate() {
        let alone = grid.segment(&[scores[0][row], scores[1][row], scores[2][row]]).unwrap();
        let together = &grid.segments()[segment.unwrap() as usize];
        assert_eq!(alone, together);
        let sum = sums.entry(alone.segment.clone()).or_default();
        *sum = (sum.0 + 1, sum.1 + rfm.frequency[row], sum.2 + rfm.monetary[row]);
    }
    sums
}

/// Source: docs/articles/rfm-transaction-level-data.html of rsquaredacademy/rfm (4,906 orders, 995 customers).
#[test]
fn the_boxes_of_r_give_the_published_segments_of_995_customers() {
    let Some(rfm) = rfm_data::orders() else { return };
    let published = [
        ("potential-loyalist", (342, 2211.0, 204_856.0)),
        ("loyal-customers", (170, 799.0, 76_562.0)),
        ("lost", (148, 393.0, 35_324.0)),
        ("new-customers", (104, 329.0, 28_837.0)),
        ("about-to-sleep", (102, 283.0, 23_449.0)),
        ("cant-lose-them", (47, 274.0, 32_446.0)),
        ("champions", (35, 316.0, 31_646.0)),
        ("at-risk", (28, 216.0, 22_227.0)),
        ("need-attention", (10, 57.0, 4_562.0)),
        ("promising", (9, 28.0, 4_249.0)),
    ];
    let expected = published.map(|(segment, sums)| (segment.to_owned(), sums));
    assert_eq!(segment_sums(&rfm, &tables::rfm_articles().check().unwrap()), BTreeMap::from(expected));
}

/// Source: tests/testthat/test-rfm-segment.R of rsquaredacademy/rfm (Champions: 158, 1234, 120178) and its snapshots.
#[test]
fn the_boxes_of_the_tests_of_r_give_their_counts() {
    let Some(rfm) = rfm_data::orders() else { return };
    let sums = segment_sums(&rfm, &tables::rfm_tests_reachable().check().unwrap());
    assert_eq!(sums["champions"], (158, 1234.0, 120_178.0));
    let counts: Vec<(&str, u32)> = sums.iter().map(|(segment, sums)| (segment.as_str(), sums.0)).collect();
    let expected = [
        ("about-to-sleep", 50),
        ("at-risk", 86),
        ("champions", 158),
        ("lost", 111),
        ("loyal-customers", 278),
        ("need-attention", 35),
        ("others", 48),
        ("potential-loyalist", 229),
    ];
    assert_eq!(counts, expected);
}

/// Source: docs/articles/rfm-customer-level-data.html of rsquaredacademy/rfm (39,999 customers).
#[cfg(feature = "csv")]
#[test]
fn the_boxes_of_r_give_the_published_segments_of_39999_customers() {
    let Some(rfm) = rfm_data::customers() else { return };
    let sums = segment_sums(&rfm, &tables::rfm_articles().check().unwrap());
    let counts: Vec<(&str, u32)> = sums.iter().map(|(segment, sums)| (segment.as_str(), sums.0)).collect();
    let expected = [
        ("about-to-sleep", 4095),
        ("at-risk", 2081),
        ("cant-lose-them", 1471),
        ("champions", 1571),
        ("lost", 5535),
        ("loyal-customers", 6965),
        ("need-attention", 679),
        ("new-customers", 4475),
        ("others", 68),
        ("potential-loyalist", 12762),
        ("promising", 297),
    ];
    assert_eq!(counts, expected);
}

// ---- what the check finds about published tables

#[test]
fn the_ten_classical_segments_are_complete_without_overlap() {
    for (table, segments) in [(tables::ten_segments("frequency"), 10), (tables::eleven_segments("value"), 11)] {
        let grid = table.check().unwrap();
        assert_eq!((grid.segments().len(), grid.cells(), grid.uncovered_cells()), (segments, 25, 0));
        assert_eq!((0..segments).map(|segment| grid.cells_of(segment)).sum::<u64>(), 25);
    }
}

#[test]
fn the_boxes_of_r_leave_10_of_125_cells_to_others() {
    let grid = tables::rfm_articles().check().unwrap();
    assert_eq!((grid.cells(), grid.uncovered_cells()), (125, 10));
    assert_eq!(grid.otherwise(), Some(10));
    assert_eq!(grid.cells_of(10), 10);
    assert_eq!(grid.assign(&[2, 5, 1]), Some(10));
    assert_eq!(grid.row_of(&[2, 5, 1]), None);
}

#[test]
fn three_rows_of_the_tests_of_r_can_never_be_reached() {
    assert_eq!(
        message(tables::rfm_tests()),
        "row 4 (`new-customers`) of the score table can never be reached: row 3 (`potential-loyalist`) before it claim \
         all its cells"
    );
    let rows = tables::rfm_tests().rows().to_vec();
    let without = |dead: &[&str]| {
        let table =
            ScoreTable::new([("recency", 5), ("frequency", 5), ("monetary", 5)]).first_match().otherwise("others");
        rows.iter().filter(|row| !dead.contains(&row.segment())).cloned().fold(table, ScoreTable::row)
    };
    assert!(message(without(&["new-customers"])).starts_with("row 4 (`promising`) of the score table"));
    assert!(message(without(&["new-customers", "promising"])).starts_with("row 7 (`cant-lose-them`)"));
    assert_eq!(without(&["new-customers", "promising", "cant-lose-them"]), tables::rfm_tests_reachable());
    assert_eq!(tables::rfm_tests_reachable().check().unwrap().uncovered_cells(), 36);
}

// ---- errors

#[test]
fn overlap_names_both_rows_and_a_cell() {
    let table = two_by_three()
        .row(ScoreRow::new("old").scores("recency", 1..=1))
        .row(ScoreRow::new("frequent").scores("frequency", 3..=3))
        .row(ScoreRow::new("new").scores("recency", 2..=2).scores("frequency", 1..=2));
    assert_eq!(
        message(table.clone()),
        "row 1 (`old`) and row 2 (`frequent`) of the score table both claim the cell recency 1, frequency 3; keep them \
         apart, or let the first match win"
    );
    let grid = table.first_match().check().unwrap();
    assert_eq!(grid.segment(&[1, 3]).unwrap().segment, "old");
    assert_eq!(grid.segment(&[2, 3]).unwrap().segment, "frequent");
}

#[test]
fn gaps_name_the_first_cells_and_their_number() {
    let row = |r: u16, f: u16| ScoreRow::new("a").scores("recency", r..=r).scores("frequency", f..=f);
    assert_eq!(
        message(two_by_three().row(row(1, 1)).row(row(2, 3))),
        "the table leaves 4 of 6 cells to no segment: recency 1, frequency 2; recency 1, frequency 3; \
         recency 2, frequency 1; recency 2, frequency 2; add rows, or name an `otherwise`"
    );
    let wide = ScoreTable::new([("a", 50_000), ("b", 40_000)]);
    let corner = ScoreRow::new("corner").scores("a", 7..=7).scores("b", 9..=9);
    assert_eq!(
        message(wide.row(corner)),
        "the table leaves 1999999999 of 2000000000 cells to no segment: a 1 to 6, b 1 to 8; a 1 to 6, b 9; \
         a 1 to 6, b 10 to 40000; a 7, b 1 to 8; a 7, b 10 to 40000; …; add rows, or name an `otherwise`"
    );
}

#[test]
fn wrong_tables_are_errors() {
    let all = || ScoreRow::new("all");
    assert_eq!(message(ScoreTable::new(Vec::<(String, u16)>::new()).row(all())), "no dimensions in the score table");
    assert_eq!(message(two_by_three()), "no rows in the score table");
    let named = |name: &str| ScoreTable::new([("recency", 5), (name, 5)]).row(all());
    assert_eq!(message(named(" ")), "dimension 2 of the score table has no name");
    assert_eq!(message(named("recency")), "dimension `recency` of the score table is named twice");
    assert_eq!(message(named("label")), "`dimension` must be another name than a row's own keys, found `label`");
    let bands = ScoreTable::new([("recency", 0)]).row(all());
    assert_eq!(message(bands), "`bands of `recency`` must be from 1 to 65534, found 0");
    let unknown = two_by_three().row(all().scores("frequenzy", 1..=2));
    assert_eq!(message(unknown), "row 1 (`all`) names no dimension `frequenzy`; did you mean `frequency`");
    let unknown = two_by_three().row(all().scores("colour", 1..=2));
    assert_eq!(message(unknown), "row 1 (`all`) names no dimension `colour`, only `recency`, `frequency`");
    for (low, high) in [(0, 1), (2, 4), (3, 2)] {
        let wrong = two_by_three().row(all().scores("frequency", low..=high));
        let expected = "frequency of row 1 (`all`) must be from 1 to 3 with the lower bound first, found";
        assert_eq!(message(wrong), format!("{expected} {low} to {high}"));
    }
    assert_eq!(message(two_by_three().row(ScoreRow::new(""))), "row 1 (``) names no segment");
    assert_eq!(message(two_by_three().row(all()).otherwise(" ")), "`otherwise` names no segment");
    let labels = two_by_three().row(all().label("All")).row(all().label("Alle"));
    assert_eq!(message(labels), "segment `all` has two labels: `All` and `Alle`");
    let texts = two_by_three().row(all().description("x")).row(all().description("y"));
    assert_eq!(message(texts), "segment `all` has two descriptions: `x` and `y`");
    let fine = (0..1001_u16).fold(ScoreTable::new([("a", 2002), ("b", 2002)]), |table, at| {
        table.row(all().scores("a", at + 1..=at + 1).scores("b", at + 1..=at + 1))
    });
    assert_eq!(message(fine), "the rows of the score table divide it into more than 1000000 boxes");
}

// ---- explanation

#[test]
fn neighbors_tell_the_steps_to_every_other_segment() {
    let grid = tables::ten_segments("frequency").check().unwrap();
    let number = |key: &str| grid.segments().iter().position(|text| text.segment == key).unwrap();
    let near = grid.neighbors(&[3, 4]);
    assert_eq!(near.len(), 9);
    let step = |segment, dimension, from, to| Neighbor {
        segment: number(segment),
        steps: 1,
        moves: vec![Move { dimension, from, to }],
    };
    assert_eq!(near[0], step("need-attention", 1, 4, 3));
    assert_eq!(near[1], step("at-risk", 0, 3, 2));
    let champions = near.iter().find(|near| near.segment == number("champions")).unwrap();
    assert_eq!((champions.steps, champions.moves.as_slice()), (2, &[Move { dimension: 0, from: 3, to: 5 }][..]));
    assert_eq!(grid.neighbors(&[0, 4]), []);
}

#[test]
fn scores_outside_the_grid_have_no_segment() {
    let grid = tables::ten_segments("frequency").check().unwrap();
    for scores in [&[0, 1][..], &[1, 6], &[1], &[1, 1, 1], &[]] {
        assert_eq!(grid.assign(scores), None);
        assert_eq!(grid.row_of(scores), None);
    }
    assert_eq!(grid.assign_all(&[&[5, 0], &[5, 1]]).unwrap(), [Some(0), None]);
    let wrong = |scores: &[&[u16]]| grid.assign_all(scores).unwrap_err().to_string();
    assert_eq!(wrong(&[&[1]]), "scores has 1 entries, expected 2");
    assert_eq!(wrong(&[&[1], &[1, 2]]), "scores of `frequency` has 2 entries, expected 1");
}

// ---- data

#[cfg(feature = "serde")]
#[test]
fn a_table_is_read_from_toml_and_checked() {
    let text = r#"
        dimensions = [{ name = "recency", bands = 5 }, { name = "frequency", bands = 5 }]
        order = "first-match"
        otherwise = { segment = "others", label = "The rest" }
        rows = [
            { segment = "champions", label = "Champions", recency = [4, 5], frequency = [4, 5] },
            { segment = "active", recency = [4, 5] },
        ]
    "#;
    let grid: ScoreGrid = toml::from_str(text).unwrap();
    let built = ScoreTable::new([("recency", 5), ("frequency", 5)])
        .first_match()
        .row(ScoreRow::new("champions").label("Champions").scores("recency", 4..=5).scores("frequency", 4..=5))
        .row(ScoreRow::new("active").scores("recency", 4..=5));
    assert_eq!(grid.rows(), built.rows());
    let rest = segmentry::classify::SegmentText {
        segment: "others".into(),
        label: Some("The rest".into()),
        description: None,
    };
    assert_eq!(grid.segment(&[1, 1]), Some(&rest));
    assert_eq!(toml::from_str::<ScoreGrid>(&toml::to_string(&grid).unwrap()).unwrap(), grid);
    let wrong = toml::from_str::<ScoreGrid>(&text.replace("[4, 5], frequency", "[4, 6], frequency")).unwrap_err();
    assert!(wrong.to_string().contains("recency of row 1 (`champions`) must be from 1 to 5"), "{wrong}");
}

#[cfg(feature = "serde")]
#[test]
fn saved_tables_are_the_same_and_wrong_ones_are_refused() {
    for table in [tables::ten_segments("frequency"), tables::rfm_articles()] {
        let grid = table.check().unwrap();
        let text = serde_json::to_string(&grid).unwrap();
        assert_eq!(serde_json::from_str::<ScoreGrid>(&text).unwrap(), grid);
    }
    let row = |text: &str| serde_json::from_str::<ScoreRow>(text).unwrap_err().to_string();
    assert!(row(r#"{"recency": [1, 2]}"#).starts_with("missing field `segment`"));
    assert!(row(r#"{"segment": "a", "r": [1, 2], "r": [1, 3]}"#).starts_with("`r` is given twice"));
    assert!(row(r#"{"segment": "a", "r": [1]}"#).starts_with("invalid length 1"));
    assert!(row("3").contains("expected a row: `segment`, and `[lowest, highest]` for each dimension it narrows"));
}

// ---- laws

type Rows = Vec<([u16; 2], [u16; 2], [u16; 2])>;

fn any_rows() -> impl Strategy<Value = Rows> {
    let bounds = |most: u16| (1..=most, 1..=most).prop_map(|(a, b)| [a.min(b), a.max(b)]);
    prop::collection::vec((bounds(4), bounds(3), bounds(5)), 1..7)
}

fn holds(row: &([u16; 2], [u16; 2], [u16; 2]), cell: [u16; 3]) -> bool {
    [row.0, row.1, row.2].iter().zip(cell).all(|([low, high], score)| (*low..=*high).contains(&score))
}

fn cells() -> impl Iterator<Item = [u16; 3]> {
    (1..=4).flat_map(|a| (1..=3).flat_map(move |b| (1..=5).map(move |c| [a, b, c])))
}

proptest! {
    /// The twin looks at every cell and every row.
    #[test]
    fn the_check_and_the_lookup_agree_with_looking_at_every_cell(rows in any_rows(), first in any::<bool>()) {
        let mut table = ScoreTable::new([("a", 4), ("b", 3), ("c", 5)]);
        if first {
            table = table.first_match();
        }
        for (at, (a, b, c)) in rows.iter().enumerate() {
            let row = ScoreRow::new(format!("s{at}")).scores("a", a[0]..=a[1]).scores("b", b[0]..=b[1]);
            table = table.row(row.scores("c", c[0]..=c[1]));
        }
        let overlap = cells().any(|cell| rows.iter().filter(|row| holds(row, cell)).count() > 1);
        let firsts: Vec<Option<usize>> = cells().map(|cell| rows.iter().position(|row| holds(row, cell))).collect();
        let dead = (0..rows.len()).find(|row| !firsts.contains(&Some(*row)));
        let left = firsts.iter().filter(|row| row.is_none()).count();
        let found = table.clone().check();
        if overlap && !first {
            prop_assert!(found.unwrap_err().to_string().contains("both claim the cell"));
        } else if let Some(dead) = dead {
            let expected = format!("row {} (`s{dead}`) of the score table can never be reached", dead + 1);
            prop_assert!(found.unwrap_err().to_string().starts_with(&expected));
        } else {
            if left > 0 {
                let expected = format!("the table leaves {left} of 60 cells to no segment: ");
                prop_assert!(found.unwrap_err().to_string().starts_with(&expected));
            }
            let grid = table.otherwise("rest").check().unwrap();
            for (cell, row) in cells().zip(&firsts) {
                prop_assert_eq!(grid.row_of(&cell), *row);
                prop_assert_eq!(grid.assign(&cell), Some(row.unwrap_or(rows.len())));
            }
            for cell in cells() {
                let here = grid.assign(&cell).unwrap();
                for near in grid.neighbors(&cell) {
                    prop_assert!(near.segment != here);
                    let mut there = cell;
                    near.moves.iter().for_each(|step| there[step.dimension] = step.to);
                    prop_assert_eq!(grid.assign(&there), Some(near.segment));
                    let far = |other: [u16; 3]| cell.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(b))).sum::<u32>();
                    let least = cells().filter(|other| grid.assign(other) == Some(near.segment)).map(far).min();
                    prop_assert_eq!((Some(near.steps), far(there)), (least, near.steps));
                }
            }
        }
    }
}
