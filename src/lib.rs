//! Customer segmentation: divides customers into groups one can act on, says of every customer why they are where they
//! are, and places next month's customers by the same rules.
//!
//! ```
//! use segmentry::customer::{Customers, Record};
//! use segmentry::segmenter::{Fit, Segmenter};
//! use segmentry::tier::ValueShare;
//! use segmentry::value::Column;
//!
//! let customers = Customers::with_ids(["ann", "bo", "cy", "di", "eve"])?
//!     .with_column("spend", Column::numbers([600.0, 250.0, 90.0, 40.0, 20.0]))?;
//! let abc = ValueShare::of("spend").fit(&customers)?; // learns cut values and keeps them
//! assert_eq!(abc.segment(&customers)?.sizes(), [2, 2, 1]); // `a`: 80 % of the value, `b`: the next 15 %
//! let newcomer = Record::new("flo").with("spend", 70.0);
//! assert!(abc.explain(&newcomer)?.to_string().starts_with("customer `flo` is in B"));
//! # Ok::<(), segmentry::Error>(())
//! ```
//!
//! # For whom
//!
//! For programs that put customers in segments: a shop's back office, a CRM, a loyalty programme, a nightly job, a
//! report. It is a library without a server or a database: what it knows comes in as columns, rows, records or files,
//! and its models are files of their own. It places one customer at the counter with the answer that it gives in bulk.
//!
//! It does not fit texts, pictures or graphs, tables that are larger than memory, or a one-off look at a spreadsheet.
//!
//! # The flow
//!
//! ```text
//! sources ──► Customers ──► features ──► segmenters ──► Segmentation ──► Profile, Verdict
//! CSV, JSON,  attributes,   numbers of   recipe, model   who is where,    what members
//! rows        history,      purchases,   or rule; one,   and why not      look like, is it good
//!             as of         derived      crossed, nested
//! └───────────────────────────── Study: all of it in one file ─────────────────────────────┘
//! ```
//!
//! 1. **Sources** are read ([`customer`], [`history`], and `read` for the settings), joined on ids
//!    ([`Join`](customer::Join)), cleaned ([`Clean`](history::Clean)) and checked ([`Health`](health::Health)).
//! 2. **[`Customers`](customer::Customers)** hold attributes, what customers did and the moment as of which they are
//!    seen.
//! 3. **Features** are numbers made of both: [`Purchases`](features::purchases::Purchases),
//!    [`Derived`](features::derived::Derived). [`Features`](features::encoding::Features) put them on comparable scales.
//! 4. **Segmenters** are rules, which place at once, or recipes, which are fitted and give a model that places.
//!    **Audiences** may overlap: [`Definitions`](rules::Definitions) say who is in them, a [`Plan`](rules::Plan) asks.
//! 5. A **[`Segmentation`](segmentation::Segmentation)** says who is where and why somebody is nowhere; it is written
//!    as CSV or JSON lines.
//! 6. A **[`Profile`](profile::Profile)** says what the members of each segment look like beside everybody.
//! 7. A **[`Verdict`](evaluate::Verdict)** says what is wrong with the division, and what to do next.
//! 8. A **`Study`** declares all of this in a file that can be run again next month.
//!
//! # What to learn
//!
//! The primary types are [`Customers`](customer::Customers) (many) and [`Record`](customer::Record) (one), the traits
//! [`Segmenter`](segmenter::Segmenter) and [`Fit`](segmenter::Fit), and [`Segmentation`](segmentation::Segmentation).
//! Then one recipe: [`Rfm`](behavioral::Rfm) for purchases that repeat, [`Tiers`](tier::Tiers) for thresholds that
//! everybody knows, [`rules`] for conditions of one's own, [`Lifetimes`](lifetime::Lifetimes) for what each customer is worth, or
//! [`KMeans`](cluster::KMeans) for groups that nobody has defined.
//!
//! The other types are mostly recipes of the same form, reports that are printed or read field by field, and settings
//! that their setters document. [`bands`] and [`classify`] need not be learnt to use what is built on them, nor
//! [`Column`] beyond its constructors; [`SegmentationBuilder`], [`Reads`] and [`Evidence`] are for those who write a
//! segmenter of their own.
//!
//! Three habits run through all of it:
//!
//! - *Now* is an argument ([`Customers::as_of`](customer::Customers::as_of)): the same question has the same answer
//!   tomorrow.
//! - Nobody is dropped: a customer that cannot be placed is unassigned, with a [`Reason`](explanation::Reason).
//! - Recipe and model are two types. What a model needs to place a stranger is in it, and is saved with it (`model`).
//!
//! # Terms
//!
//! | elsewhere | here |
//! | --- | --- |
//! | R rfm: `rfm_table_order` | [`Customers::from_history`](customer::Customers::from_history), then [`Rfm::of_r`](behavioral::Rfm::of_r) |
//! | R rfm: `rfm_table_customer` | [`Rfm::from_attributes`](behavioral::Rfm::from_attributes) |
//! | R rfm: `rfm_segment` | [`Rfm::table`](behavioral::Rfm::table) with a [`ScoreTable`](classify::ScoreTable), which is checked |
//! | R rfm: `analysis_date` | [`Customers::as_of`](customer::Customers::as_of) |
//! | lifetimes: `summary_data_from_transaction_data` | [`Purchases::summarize`](features::purchases::Purchases::summarize) |
//! | lifetimes: `frequency`, `recency`, `T`, `monetary_value` | `repeats`, `days_first_to_last`, `days_since_first`, `mean_repeat_spend` |
//! | lifetimes: `calibration_and_holdout_data` | [`Purchases::split`](features::purchases::Purchases::split) |
//! | pandas: `qcut` | [`Bands::quantiles`](bands::Bands::quantiles), with the cut points kept |
//! | pandas: `cut` | [`Bands::at`](bands::Bands::at) |
//! | pandas: `groupby(segment).agg` | [`Profiler`](profile::Profiler) |
//! | scikit-learn: `fit` | [`Fit::fit`](segmenter::Fit::fit); the estimator is a recipe, the fitted one a model |
//! | scikit-learn: `predict` | [`Segmenter::assign`](segmenter::Segmenter::assign) for one, [`segment`](segmenter::Segmenter::segment) for many |
//! | scikit-learn: `labels_` | [`Segmentation::indices`](segmentation::Segmentation::indices) |
//! | scikit-learn: `KMeans`, `GaussianMixture`, `DBSCAN`, `HDBSCAN` | [`cluster`]: [`KMeans`](cluster::KMeans), [`Mixture`](cluster::Mixture) and the others |
//! | scikit-learn: `StandardScaler`, `OneHotEncoder`, `ColumnTransformer` | [`Features`](features::encoding::Features), fitted an [`Encoder`](features::encoding::Encoder) |
//! | scikit-learn: `silhouette_score`, `calinski_harabasz_score`, `davies_bouldin_score` | [`silhouette`](evaluate::silhouette()), [`Index`](evaluate::Index) |
//! | scikit-learn: `adjusted_rand_score`, `normalized_mutual_info_score`, `v_measure_score` | [`Agreement`](evaluate::Agreement) |
//! | R fpc: `clusterboot`, `prediction.strength`, `cluster.stats` | [`Stability`](evaluate::Stability), [`ChooseK`](evaluate::ChooseK), [`Indices`](evaluate::Indices) |
//! | R flexclust: `bootFlexclust`, `slsaplot`, `slswFlexclust` | [`Stability`](evaluate::Stability) |
//! | R NbClust, `clusGap`; the elbow | [`ChooseK`](evaluate::ChooseK) |
//! | marketing: measurable, substantial, accessible, differentiable, actionable | [`ScoreCard`](evaluate::ScoreCard) |
//! | lifetimes: `BetaGeoFitter`, `ParetoNBDFitter`, `ModifiedBetaGeoFitter`; R BTYD, CLVTools | [`BuyTillYouDie`](lifetime::BuyTillYouDie) with a [`Family`](lifetime::Family) |
//! | lifetimes: `conditional_probability_alive`, `conditional_expected_number_of_purchases_up_to_time` | [`PurchaseModel::alive`](lifetime::PurchaseModel::alive), [`purchases`](lifetime::PurchaseModel::purchases) |
//! | lifetimes: `GammaGammaFitter`, `customer_lifetime_value` | [`GammaGamma`](lifetime::GammaGamma), [`LifetimeValue`](lifetime::LifetimeValue) |
//! | lifetimes, BTYD: `BetaGeoBetaBinomFitter`, `bgbb` | [`BgBb`](lifetime::BgBb) |
//! | pymc-marketing: `ShiftedBetaGeoModelIndividual`; R foretell | [`ShiftedBetaGeometric`](lifetime::ShiftedBetaGeometric), [`BetaDiscreteWeibull`](lifetime::BetaDiscreteWeibull) |
//! | subscriptions: churn, retention and residual value of each customer | [`Contracts`](lifetime::Contracts) |
//! | lifelines, R survival: `KaplanMeierFitter`, `survfit` | [`KaplanMeier`](lifetime::KaplanMeier) |
//! | CLVTools: DERT, DET, `newcustomer` | [`LifetimeValue`](lifetime::LifetimeValue), [`Buyer::newcomer`](lifetime::Buyer::newcomer) |
//! | marketing: customer equity, whales, value at risk | [`CustomerEquity`](worth::CustomerEquity), [`Lifetimes`](lifetime::Lifetimes) |
//! | marketing: current value against potential value | [`ValueMatrix`](worth::ValueMatrix) |
//! | R cluster: `pam`, `clara`, `daisy` | [`KMedoids`](cluster::KMedoids), [`Clara`](cluster::Clara), [`Distance`](cluster::Distance) |
//! | cluster ensembles, evidence accumulation | [`Consensus`](combine::Consensus) |
//! | scikit-learn: `KBinsDiscretizer` | [`Bands`](bands::Bands); its `kmeans`: [`Bands::natural_breaks`](bands::Bands::natural_breaks) |
//! | scikit-learn: `joblib.dump`, a pickle | `model::save`, a checked JSON file |
//! | SQL: `NTILE(n) OVER (ORDER BY x DESC)` | [`Ntiles`](tier::Ntiles); of scores [`Bands::equal_counts`](bands::Bands::equal_counts) |
//! | SQL: `CASE WHEN x >= 1000 THEN 'gold' …` | [`Tiers`](tier::Tiers) |
//! | marketing: RFM, RFE | [`Rfm`](behavioral::Rfm), [`Rfe`](behavioral::Rfe) |
//! | marketing: ABC analysis, Pareto, deciles | [`ValueShare`](tier::ValueShare), [`Ntiles`](tier::Ntiles), [`Spread`](tier::Spread) |
//! | marketing: status tiers, requalification | [`Programme`](tier::Programme) |
//! | marketing: lapsed, at risk of churn | [`Rhythm`](behavioral::Rhythm), against a customer's own usual gap |
//! | SQL: `WHERE`, a view for each list | [`Audience`](rules::Audience) with a [`Condition`](rules::Condition); and back with `Renderer` |
//! | marketing: audiences, overlapping lists | [`Definitions`](rules::Definitions), [`Audiences`](segmentation::Audiences) |
//! | marketing: segmentation matrix | [`Combine::cross`](combine::Combine::cross) |
//! | GrowthBook: `$in`, `$regex`, `$elemMatch` | [`one_of`](rules::Term::one_of), [`matches`](rules::Term::matches), [`Condition::Exists`](rules::Condition::Exists); read by `Importer` |
//! | json-logic: `{"var": "x"}`, `{">=": …}` | [`attribute`](rules::attribute), [`at_least`](rules::Term::at_least); read by `Importer` |
//! | Unomi: `pastEventCondition` | [`Events`](rules::Events) with a [`Window`](rules::Window), then `count` |
//! | PostHog: cohorts; first time, stopped, restarted | [`Audience`](rules::Audience); [`Lifecycle`](rules::Lifecycle) |
//! | Twilio Segment: audiences, computed traits, funnels | [`Audience`](rules::Audience), [`Measure`](rules::Measure), [`Sequence`](rules::Sequence) |
//! | Marketo: segmentation (first match wins, default) | [`Rules`](rules::Rules) with `otherwise` |
//! | Braze: random bucket number; Unleash: rollout | [`Bucket`](rules::Bucket), an experiment each |
//! | HubSpot: dynamic, snapshot and manual lists | [`List`](rules::List): `Dynamic`, `Frozen`, `Manual` |
//! | Dittofeed: has been | [`HasBeen`](rules::HasBeen) |
//! | Adobe: rank block | [`Rank`](rules::Rank), learnt by [`Plan::fit`](rules::Plan::fit) |
//! | marketing: index (100 = average), personas | [`Profile`](profile::Profile), its markers |
//! | marketing: single view of the customer | [`Join`](customer::Join); of companies and contacts [`RollUp`](customer::RollUp) |
//!
//! # What is not there yet
//!
//! Segmenters that learn from examples; the comparison of two segmentations over time. A segmenter of
//! one's own is three methods ([`Segmenter`](segmenter::Segmenter)) and works with all that is there.
//!
//! # Limits
//!
//! 1. Everything is in memory: a column of numbers takes 8 bytes a customer, a segmentation 4 and the weights, if
//!    there are any.
//! 2. Rows and ids are numbered in 32 bits: about four thousand million customers a table.
//! 3. A cross has fewer than 2³¹ cells; [`CrossAll`](combine::CrossAll), which lists them, at most a million.
//! 4. Bands number 2 to 65 534 a measure, [`Ntiles`](tier::Ntiles) 2 to 10 000.
//! 5. Dates lie in the years −9999 to 9999.
//! 6. Amounts are `f64`; a [`Programme`](tier::Programme) counts them to a millionth.
//! 7. Definitions of rules are at most 16 MiB, nested 64 deep, with lists of 100,000 entries and patterns of 10,000 bytes.
//! 8. Amounts of several currencies are told ([`Health`](health::Health)) and never converted.
//!
//! # Where to read on
//!
//! The guide is in the repository, a page for each kind of work: `docs/guide/study.md`, `behavioral.md`, `tier.md`,
//! `rules.md`, `cluster.md`, `lifetime.md`, `worth.md`, `combine.md`, `profile.md`, and `workbench.md` for the command line. `docs/DESIGN.md` says why things are as they
//! are. Each module's page here says when it fits and when not.
//!
//! [`Column`]: value::Column
//! [`SegmentationBuilder`]: segmentation::SegmentationBuilder
//! [`Reads`]: segmenter::Reads
//! [`Evidence`]: explanation::Evidence
//!
//! # Cargo features
//!
//! Features only ever add: none changes a bound, a type or a result.
//!
//! | feature | default | what it turns on | brings |
//! | --- | --- | --- | --- |
//! | `behavioral` | yes | segments by what customers did: recency, frequency and amount of their purchases | – |
//! | `tier` | yes | tiers by a measure: thresholds, top shares of customers, shares of value | – |
//! | `combine` | yes | segmenters made of segmenters: crossed, nested, one after another | – |
//! | `cluster` | yes | groups found in the data: features on comparable scales, and methods of clustering | `nalgebra`, `rand_xoshiro` |
//! | `evaluate` | yes | how good a division is: figures, number of segments, stability, verdicts; turns on `cluster` and `profile` | – |
//! | `lifetime` | yes | models of lifetimes: who is alive, how often they will buy, what that is worth, with intervals | `libm`, `nalgebra`, `rand_xoshiro`, `statrs` |
//! | `worth` | yes | segments by value so far against value to come, customer equity; turns on `lifetime` | – |
//! | `rules` | yes | audiences and rule lists in a language: as Rust, as text, asked of one customer or of many | `ipnet`, `md-5`, `regex`, `semver`, `winnow` |
//! | `profile` | yes | what the members of each segment look like beside everybody, and by which attributes segments differ | `rand_xoshiro`, `statrs` |
//! | `serde` | yes | rows of any `Serialize` type as customers; models that are saved and loaded | `serde`, `serde_json`, `serde_path_to_error` |
//! | `parallel` | yes | work on all threads of the caller's rayon pool; the answer is the same without | `rayon` |
//! | `csv` | no | CSV files in and out, compressed with gzip and in older encodings too | `csv-core`, `flate2`, `encoding_rs` |
//! | `schema` | no | the JSON Schema of definitions; turns on `rules` and `serde` | `schemars` |
//! | `sql` | no | rules as SQL for nine engines; turns on `rules` | – |
//! | `study` | no | the whole cycle declared in one file; turns on `behavioral`, `tier`, `combine`, `profile`, `rules`, `cluster`, `evaluate`, `lifetime`, `worth`, `serde` and `csv` | `toml` |
//! | `learn` | no | the package smartcore, for segmenters that learn from examples; nothing uses it yet | `smartcore` |
//! | `full` | no | `default`, `csv`, `study`, `learn`, `schema` and `sql` | – |
#![cfg_attr(docsrs_segmentry, feature(doc_cfg))]

pub mod bands;
#[cfg(feature = "behavioral")]
pub mod behavioral;
pub mod classify;
#[cfg(feature = "cluster")]
pub mod cluster;
#[cfg(feature = "combine")]
pub mod combine;
pub mod customer;
pub mod error;
#[cfg(feature = "evaluate")]
pub mod evaluate;
pub mod explanation;
pub mod features;
pub mod health;
pub mod history;
#[cfg(feature = "lifetime")]
pub mod lifetime;
mod math;
#[cfg(feature = "serde")]
pub mod model;
mod parallel;
#[cfg(feature = "profile")]
pub mod profile;
pub mod progress;
#[cfg(any(feature = "csv", feature = "serde"))]
pub mod read;
#[cfg(feature = "rules")]
pub mod rules;
pub mod segment;
pub mod segmentation;
pub mod segmenter;
#[cfg(feature = "study")]
pub mod study;
mod text;
#[cfg(feature = "tier")]
pub mod tier;
pub mod time;
pub mod value;
#[cfg(feature = "worth")]
pub mod worth;

pub use error::{Error, ErrorKind, Result};
pub use math::concentration;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(all(doctest, feature = "evaluate"))]
#[doc = include_str!("../docs/guide/evaluate.md")]
struct EvaluateGuide;

#[cfg(all(doctest, feature = "cluster"))]
#[doc = include_str!("../docs/guide/cluster.md")]
struct ClusterGuide;

#[cfg(all(doctest, feature = "worth"))]
#[doc = include_str!("../docs/guide/lifetime.md")]
struct LifetimeGuide;

#[cfg(all(doctest, feature = "worth", feature = "serde"))]
#[doc = include_str!("../docs/guide/worth.md")]
struct WorthGuide;
