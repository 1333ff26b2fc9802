//! `clv (--history FILE … --as-of DAY | --summary FILE) --model NAME|all --horizon N --unit weeks [--calibration DAY] --json`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use segmentry::customer::Customers;
use segmentry::features::purchases::{Period, Purchases, TimeUnit};
use segmentry::health::{Health, Issue};
use segmentry::history::History;
use segmentry::lifetime::{
    ATTRIBUTES, BuyTillYouDie, Buyers, ChooseFamily, DeltaMethod, DiscountRate, Family, FamilyChoice, GammaGamma,
    Horizon, Interval, LifetimeValue, Lifetimes, LifetimesModel, Observed, Spend, SpendBy, SpendModel, Trial,
};
use segmentry::read::Csv;
use segmentry::time::{Day, Zone};
use segmentry::worth::CustomerEquity;
use segmentry::{Error, ErrorKind, Result, model};
use serde::Serialize;

use crate::common::{LogArguments, Moment, left_out, note, print, print_json, table, whole, with_bar};
use crate::opportunities;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    pub log: LogArguments,
    /// A CSV file of buyers in place of purchases: repeats, time of the last purchase, age
    #[arg(long, value_name = "FILE", conflicts_with = "history")]
    pub summary: Option<PathBuf>,
    /// Its column of ids
    #[arg(long, value_name = "COL", default_value = "customer")]
    pub id: String,
    /// Its column of purchases after the first
    #[arg(long, value_name = "COL", default_value = "frequency")]
    pub frequency: String,
    /// Its column of the age at the last purchase
    #[arg(long, value_name = "COL", default_value = "recency")]
    pub recency: String,
    /// Its column of the age
    #[arg(long, value_name = "COL", default_value = "T")]
    pub age: String,
    /// Its column of the mean amount of a repeat; without it nothing is said of money
    #[arg(long, value_name = "COL")]
    pub spend: Option<String>,
    /// Its column of how many such buyers a row stands for
    #[arg(long, value_name = "COL", requires = "summary")]
    pub weights: Option<String>,
    /// The family: `bg_nbd`, `pareto_nbd` …; `all` compares them and takes the best; `bg_bb` is for those who may buy once
    /// an opportunity, which is a calendar day, week or month by the unit
    #[arg(long, value_name = "NAME", default_value = "bg_nbd")]
    pub model: String,
    /// How far into the future: a number of `--unit`, or with a unit of its own, such as `1 year`
    #[arg(long, value_name = "N", default_value = "1 year", value_parser = far, allow_negative_numbers = true)]
    pub horizon: Far,
    /// The unit of times
    #[arg(long, value_enum, default_value_t = Unit::Weeks)]
    pub unit: Unit,
    /// What later money is worth less, such as `0.1 per year`
    #[arg(long, value_name = "RATE")]
    pub discount: Option<DiscountRate>,
    /// The share of the spend that counts
    #[arg(long, value_name = "SHARE", default_value_t = 1.0, allow_negative_numbers = true)]
    pub margin: f64,
    /// Families are fitted until the end of this day and judged by what comes after
    #[arg(long, value_name = "DAY", requires = "history")]
    pub calibration: Option<Day>,
    /// Where the model is saved
    #[arg(long, value_name = "FILE", requires = "history")]
    pub save: Option<PathBuf>,
    /// Where the figures of each customer are written, as CSV
    #[arg(long, value_name = "OUT")]
    pub values: Option<PathBuf>,
    /// How many customers are printed, those of the greatest value first
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub top: usize,
    /// Print one JSON object, with all customers
    #[arg(long)]
    pub json: bool,
}

/// How far: so many of the unit, or a length that says its own.
#[derive(Clone, Copy)]
pub enum Far {
    Count(f64),
    Length(Horizon),
}

fn far(text: &str) -> Result<Far> {
    match text.trim().parse() {
        Ok(count) => Ok(Far::Count(count)),
        Err(_) => text.parse().map(Far::Length),
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Unit {
    Days,
    Weeks,
    Months,
    Years,
}

impl Unit {
    pub fn unit(self) -> TimeUnit {
        match self {
            Unit::Days => TimeUnit::Days,
            Unit::Weeks => TimeUnit::Weeks,
            Unit::Months => TimeUnit::Months,
            Unit::Years => TimeUnit::Years,
        }
    }
}

/// What was found.
#[derive(Serialize)]
pub struct Found<'a, M> {
    pub horizon: Horizon,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<&'a FamilyChoice>,
    pub model: &'a M,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spend: Option<&'a SpendModel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equity: Option<&'a CustomerEquity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    pub customers: &'a [Line],
}

/// What one customer is worth.
#[derive(Serialize)]
pub struct Line {
    pub customer: String,
    pub alive: f64,
    pub expected_purchases: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_spend: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_so_far: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_at_risk: Option<f64>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    if arguments.calibration.is_some() && arguments.model != "all" {
        return Err(Error::definition("`--calibration` judges families: ask `--model all` with it"));
    }
    if arguments.summary.is_some() && (arguments.calibration.is_some() || arguments.save.is_some()) {
        return Err(Error::definition("`--calibration` and `--save` need the purchases: `--history FILE`"));
    }
    match &arguments.summary {
        _ if arguments.model == "bg_bb" => opportunities::run(arguments),
        Some(path) => summary(arguments, path),
        None => history(arguments),
    }
}

impl Arguments {
    pub fn horizon(&self) -> Horizon {
        match self.horizon {
            Far::Count(count) => Horizon::new(count, self.unit.unit()),
            Far::Length(horizon) => horizon,
        }
    }

    /// How many opportunities, one each unit, are looked ahead.
    pub fn opportunities(&self) -> f64 {
        match self.horizon {
            Far::Count(count) => count,
            Far::Length(horizon) => horizon.in_unit(self.unit.unit()).round(),
        }
    }

    pub fn discount(&self) -> DiscountRate {
        self.discount.unwrap_or_else(DiscountRate::none)
    }

    /// The log, and the moment as of which customers are seen.
    pub fn log_and_moment(&self) -> Result<(History, Moment)> {
        let log = self.log.read()?.ok_or_else(|| Error::definition("name `--history FILE` or `--summary FILE`"))?;
        Ok((log, self.log.as_of.ok_or_else(|| Error::definition("name `--as-of DAY`"))?))
    }

    /// The family, and how it was chosen where all were compared.
    fn family(&self, trial: impl FnOnce() -> Result<Trial>) -> Result<(Family, Option<FamilyChoice>)> {
        if self.model != "all" {
            return Ok((self.model.parse()?, None));
        }
        let trial = trial()?;
        let choice = with_bar(|progress| ChooseFamily::new().fit_with(&trial, progress))?;
        let best = choice.best().ok_or_else(|| Error::unsupported("no family fits these customers"))?;
        Ok((best.model.family(), Some(choice)))
    }

    pub fn report<M: Serialize>(&self, found: &Found<'_, M>, told: &str) -> Result<()> {
        if let Some(path) = &self.values {
            write_values(path, found.customers).map_err(|error| Error::io(&error).in_file(path.display()))?;
            note(&format!("the figures of each customer are in {}", path.display()));
        }
        if self.json {
            return print_json(found);
        }
        let mut text = found.choice.map(|choice| format!("{choice}\n")).unwrap_or_default();
        text.push_str(told);
        if let Some(equity) = found.equity {
            text.push_str(&format!("\n{equity}"));
        }
        if let Some(Interval { low, estimate, high, confidence, .. }) = found.interval {
            let percent = (100.0 * confidence).round();
            let [low, estimate, high] = [low, estimate, high].map(whole);
            text.push_str(&format!("\nvalue to come {estimate}, {low} to {high} with {percent} %\n"));
        }
        let mut best: Vec<&Line> = found.customers.iter().collect();
        let worth = |line: &Line| line.lifetime_value.unwrap_or(line.expected_purchases);
        best.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
        let cell = |number: Option<f64>| number.map_or("-".to_owned(), |number| format!("{number:.2}"));
        let rows = best.into_iter().take(self.top).map(|line| {
            [
                line.customer.clone(),
                format!("{:.3}", line.alive),
                format!("{:.3}", line.expected_purchases),
                cell(line.expected_spend),
                cell(line.lifetime_value),
                cell(line.value_so_far),
            ]
        });
        let heads = ["customer", "alive", "purchases", "spend", "value to come", "value so far"];
        text.push_str(&format!("\nwithin {}:\n{}", found.horizon, table(heads, rows)));
        print(&text)
    }
}

/// The figures of each customer under the names of the attributes; empty where one is not known.
fn write_values(path: &Path, lines: &[Line]) -> std::io::Result<()> {
    let mut out = csv::Writer::from_path(path)?;
    out.write_record(std::iter::once("customer").chain(ATTRIBUTES))?;
    for line in lines {
        let cell = |number: Option<f64>| number.map_or(String::new(), |number| number.to_string());
        out.write_record([
            line.customer.clone(),
            line.alive.to_string(),
            line.expected_purchases.to_string(),
            cell(line.expected_spend),
            cell(line.lifetime_value),
            cell(line.value_so_far),
            cell(line.value_at_risk),
        ])?;
    }
    out.flush()
}

/// What is odd about the log, and whether it ends long before the moment as of which customers are seen.
fn tell_of_events(customers: &Customers) -> Result<()> {
    let health = Health::new().check(customers)?;
    for finding in &health.findings {
        if matches!(finding.issue, Issue::DuplicateEvents | Issue::Refunds | Issue::NoAmount | Issue::Early) {
            note(&format!("the log: {}", finding.sentence));
        }
    }
    let (as_of, last) = (customers.seen_as_of()?.day(), health.events.and_then(|events| events.last));
    if let Some(last) = last.filter(|last| as_of.days_since(*last) > 31) {
        note(&format!(
            "the last purchase is of {last}, {} days before {as_of}: if the log ends there, so should `--as-of`, or the silence \
             after it counts as leaving",
            as_of.days_since(last)
        ));
    }
    Ok(())
}

/// From a log of purchases.
fn history(arguments: &Arguments) -> Result<()> {
    let (log, moment) = arguments.log_and_moment()?;
    let customers = Customers::from_history(log).as_of(moment.in_zone(&Zone::utc()));
    tell_of_events(&customers)?;
    let purchases = Purchases::new().collapse(Period::Day);
    let unit = arguments.unit.unit();
    let buyers = Buyers::of(&customers, &purchases, unit)?;
    let (family, choice) = arguments.family(|| match arguments.calibration {
        Some(end) => Trial::of(&customers, &purchases, unit, end, customers.seen_as_of()?.day()),
        None => Ok(Trial::without_holdout(buyers)),
    })?;
    let recipe = Lifetimes::new(arguments.horizon())
        .family(family)
        .unit(unit)
        .discount(arguments.discount())
        .margin(arguments.margin)
        .purchases(purchases);
    let fitted: LifetimesModel = match with_bar(|progress| recipe.fit_with(&customers, progress)) {
        Err(error) if error.place().key.as_deref() == Some("spend") => {
            let recipe = recipe.spend(SpendBy::Population);
            let fitted = with_bar(|progress| recipe.fit_with(&customers, progress))?;
            note(&format!("{error}: so it is done"));
            fitted
        }
        other => other?,
    };
    if let Some(path) = &arguments.save {
        model::save(path, &fitted)?;
        note(&format!("the model is in {}", path.display()));
    }
    let values = fitted.each(&customers)?;
    let lines: Vec<Line> = customers
        .ids()
        .iter()
        .zip(&values)
        .filter_map(|(id, value)| {
            let value = value.as_ref()?;
            Some(Line {
                customer: id.to_string(),
                alive: value.alive,
                expected_purchases: value.expected_purchases,
                expected_spend: Some(value.expected_spend),
                lifetime_value: Some(value.lifetime_value),
                value_so_far: value.value_so_far,
                value_at_risk: value.value_at_risk,
            })
        })
        .collect();
    let interval = match fitted.equity(&customers, &DeltaMethod::new()) {
        Ok(interval) => Some(interval),
        Err(error) => {
            note(&format!("no interval of the value to come: {error}"));
            None
        }
    };
    let equity = CustomerEquity::of(&fitted.add_to(customers)?)?;
    let found = Found {
        horizon: arguments.horizon(),
        choice: choice.as_ref(),
        model: fitted.purchases(),
        spend: fitted.spend(),
        equity: Some(&equity),
        interval,
        customers: &lines,
    };
    arguments.report(&found, &fitted.to_string())
}

/// From a table of buyers.
fn summary(arguments: &Arguments, path: &Path) -> Result<()> {
    let (customers, report) = Customers::from_csv_with(path, &arguments.id, &Csv::new())?;
    left_out(&report);
    note(&format!("times are taken for {}; `--unit` says otherwise", arguments.unit.unit().name()));
    // what is wrong in a row is told with the customer; rows are not lines of the file
    let named = |error: Error, row: usize| customers.ids().get(row).map_or(error.clone(), |id| error.at_customer(id));
    let number = |name: &str| -> Result<Vec<f64>> {
        let column = customers.column(name)?;
        // a text among numbers makes the whole column one of texts: the row is looked for
        let text = |row: &usize| column.value(*row).text().is_some_and(|text| text.trim().parse::<f64>().is_err());
        if let Some(row) = (0..customers.len()).find(text) {
            return Err(named(Error::wrong_kind(name, format!("`{}`", column.value(row)), "number"), row));
        }
        let column = customers.numeric_column(name)?;
        let known = |row| column.number(row).ok_or_else(|| named(Error::no_value(name, "missing"), row));
        (0..customers.len()).map(known).collect()
    };
    let in_file = |error: Error| {
        let kind = match error.kind().clone() {
            ErrorKind::Parameter { name, expected, found } => {
                let name = match name.as_str() {
                    "last" => arguments.recency.clone(),
                    "age" => arguments.age.clone(),
                    _ => name,
                };
                ErrorKind::Parameter { name, expected, found }
            }
            kind => kind,
        };
        let told = match error.place() {
            place if place.customer.is_some() => return error.in_file(path.display()),
            place => place.row.map_or(Error::new(kind.clone()), |row| named(Error::new(kind), row)),
        };
        told.in_file(path.display())
    };
    let repeats = number(&arguments.frequency).map_err(in_file)?;
    if let Some(row) = repeats.iter().position(|count| count.fract() != 0.0 || !(0.0..4e9).contains(count)) {
        let error = Error::parameter(&arguments.frequency, "a whole number of at least 0", repeats[row]);
        return Err(in_file(named(error, row)));
    }
    let repeats: Vec<u32> = repeats.into_iter().map(|count| count as u32).collect();
    let (last, age) = (number(&arguments.recency).map_err(in_file)?, number(&arguments.age).map_err(in_file)?);
    let mut buyers = Buyers::new(arguments.unit.unit(), &repeats, &last, &age).map_err(in_file)?;
    if let Some(name) = &arguments.spend {
        let column = customers.numeric_column(name).map_err(in_file)?;
        let amounts =
            (0..customers.len()).map(|row| column.number(row).filter(|_| repeats[row] > 0).unwrap_or(f64::NAN));
        buyers = buyers.with_spend(&amounts.collect::<Vec<_>>()).map_err(in_file)?;
    }
    if let Some(name) = &arguments.weights {
        buyers = buyers.with_weights(&number(name).map_err(in_file)?).map_err(in_file)?;
    }
    let (family, choice) = arguments.family(|| Ok(Trial::without_holdout(buyers.clone())))?;
    let fitted = with_bar(|progress| BuyTillYouDie::new(family).fit_with(&buyers, progress))?;
    let spend = match arguments.spend {
        Some(_) => Some(with_bar(|progress| GammaGamma::new().fit_with(&buyers, progress)).map_err(in_file)?),
        None => None,
    };
    let alive = fitted.alive_each(&buyers)?;
    let expected = fitted.purchases_each(&buyers, arguments.horizon())?;
    let spends = match &spend {
        Some(spend) => Some(spend.mean_each(&buyers)?),
        None => None,
    };
    let values = match &spends {
        Some(spends) => {
            let value = LifetimeValue::new(arguments.horizon()).discount(arguments.discount()).margin(arguments.margin);
            Some(value.each(&fitted, &buyers, &Spend::of_rows(spends))?)
        }
        None => None,
    };
    let lines: Vec<Line> = customers
        .ids()
        .iter()
        .enumerate()
        .map(|(row, id)| Line {
            customer: id.to_string(),
            alive: alive[row],
            expected_purchases: expected[row],
            expected_spend: spends.as_ref().map(|spends| spends[row]),
            lifetime_value: values.as_ref().map(|values| values[row]),
            value_so_far: None,
            value_at_risk: None,
        })
        .collect();
    let found = Found {
        horizon: arguments.horizon(),
        choice: choice.as_ref(),
        model: &fitted,
        spend: spend.as_ref(),
        equity: None,
        interval: None,
        customers: &lines,
    };
    let mut told = spend.as_ref().map_or_else(String::new, |spend| format!("\n{spend}"));
    let observed = Observed::of(&buyers);
    for warning in observed.warnings().into_iter().chain(observed.certainly_alive(&fitted, &buyers)) {
        told.push_str(&format!("warning: {warning}\n"));
    }
    arguments.report(&found, &format!("{fitted}{told}"))
}
