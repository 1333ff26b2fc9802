//! `clv --model bg_bb`: customers who may buy once an opportunity.

use std::path::Path;

use segmentry::customer::Customers;
use segmentry::features::purchases::{Period, Purchases};
use segmentry::lifetime::{
    ALIVE, BgBb, BgBbModel, Buyers, DiscreteBuyers, GammaGamma, Horizon, LIFETIME_VALUE, PeriodDiscount, Periods,
    SpendModel, VALUE_AT_RISK, VALUE_SO_FAR,
};
use segmentry::time::Zone;
use segmentry::value::{Column, Kind};
use segmentry::worth::CustomerEquity;
use segmentry::{Error, Result};

use crate::clv::{Arguments, Found, Line, Unit};
use crate::common::{note, with_bar};
use crate::points::PointsFile;

pub fn run(arguments: &Arguments) -> Result<()> {
    if arguments.calibration.is_some() || arguments.save.is_some() {
        let message =
            "`--calibration` and `--save` do not go with `bg_bb`: families with a clock are compared and saved";
        return Err(Error::definition(message));
    }
    match &arguments.summary {
        Some(path) => summary(arguments, path).map_err(|error| error.in_file(path.display())),
        None => history(arguments),
    }
}

/// The figures of each buyer: alive at the next opportunity, purchases, the same discounted.
struct Figures {
    alive: Vec<f64>,
    expected: Vec<f64>,
    discounted: Vec<f64>,
}

impl Figures {
    fn of(arguments: &Arguments, model: &BgBbModel, buyers: &DiscreteBuyers) -> Result<Figures> {
        let count = arguments.opportunities();
        if count.fract() != 0.0 || !(1.0..=1e6).contains(&count) {
            return Err(Error::parameter("--horizon", "a whole number of opportunities from 1 on", count));
        }
        let over = Periods::new(count as u32);
        let discount = PeriodDiscount::of(arguments.discount(), Horizon::new(1.0, arguments.unit.unit()))?;
        Ok(Figures {
            alive: model.alive_each(buyers),
            expected: model.purchases_each(buyers, over)?,
            discounted: model.discounted_each(buyers, over, discount)?,
        })
    }
}

/// From a log of purchases: each day, week or month is an opportunity.
fn history(arguments: &Arguments) -> Result<()> {
    let period = match arguments.unit {
        Unit::Days => Period::Day,
        Unit::Weeks => Period::Week,
        Unit::Months => Period::Month,
        Unit::Years => {
            return Err(Error::parameter("--unit", "days, weeks or months: the opportunities of `bg_bb`", "years"));
        }
    };
    let (log, moment) = arguments.log_and_moment()?;
    let mut customers = Customers::from_history(log).as_of(moment.in_zone(&Zone::utc()));
    let now = customers.seen_as_of()?.day();
    if period.start(now.plus(1)) == period.start(now) {
        let last = period.start(now).plus(-1);
        note(&format!(
            "only whole {} are opportunities: customers are seen as of {last}",
            arguments.unit.unit().name()
        ));
        customers = customers.as_of(last);
    }
    let purchases = Purchases::new().collapse(period);
    let buyers = DiscreteBuyers::of(&customers, &purchases, period)?;
    let model = with_bar(|progress| BgBb::new().fit_with(&buyers, progress))?;
    let Figures { alive, expected, discounted } = Figures::of(arguments, &model, &buyers)?;
    let spent = Buyers::of(&customers, &purchases, arguments.unit.unit())?;
    let (spend, spends) = spends(&spent)?;
    let so_far: Vec<Option<f64>> = {
        let summaries = purchases.summarize(&customers)?;
        let brought = summaries.iter().map(|summary| Some(arguments.margin * summary?.spend()?));
        brought.collect()
    };
    let value = |row: usize| Some(arguments.margin * spends[row] * discounted[row]).filter(|value| value.is_finite());
    let column = |figure: &dyn Fn(usize) -> Option<f64>| {
        Column::of(Kind::Number, (0..buyers.len()).map(|row| figure(row).filter(|figure| figure.is_finite())))
    };
    let ids: Vec<String> = customers.ids().iter().map(|id| id.to_string()).collect();
    let customers = customers
        .with_column(VALUE_SO_FAR, column(&|row| so_far[row]))?
        .with_column(LIFETIME_VALUE, column(&value))?
        .with_column(ALIVE, column(&|row| Some(alive[row])))?
        .with_column(VALUE_AT_RISK, column(&|row| Some(so_far[row]? * (1.0 - alive[row]))))?;
    let equity = CustomerEquity::of(&customers)?;
    let lines: Vec<Line> = (0..buyers.len())
        .filter(|row| buyers.get(*row).is_some())
        .map(|row| Line {
            customer: ids[row].clone(),
            alive: alive[row],
            expected_purchases: expected[row],
            expected_spend: Some(spends[row]),
            lifetime_value: value(row),
            value_so_far: so_far[row],
            value_at_risk: so_far[row].map(|so_far| so_far * (1.0 - alive[row])),
        })
        .collect();
    let found = Found {
        horizon: arguments.horizon(),
        choice: None,
        model: &model,
        spend: spend.as_ref(),
        equity: Some(&equity),
        interval: None,
        customers: &lines,
    };
    let told = spend.as_ref().map_or_else(String::new, |spend| format!("\n{spend}"));
    arguments.report(&found, &format!("{model}{told}"))
}

/// What each is expected to spend: by the model of spend, or the mean of all repeats where none fits.
fn spends(buyers: &Buyers) -> Result<(Option<SpendModel>, Vec<f64>)> {
    match with_bar(|progress| GammaGamma::new().fit_with(buyers, progress)) {
        Ok(model) => {
            let each = model.mean_each(buyers)?;
            Ok((Some(model), each))
        }
        Err(error) => {
            note(&format!("{error}; everybody is expected to spend the mean of all repeats"));
            let amounts = buyers.spend().unwrap_or(&[]).iter().enumerate().filter(|(_, amount)| amount.is_finite());
            let repeats = |row: usize| buyers.get(row).map_or(0.0, |buyer| f64::from(buyer.repeats()));
            let (total, count) = amounts.fold((0.0, 0.0), |(total, count), (row, amount)| {
                (total + amount * repeats(row), count + repeats(row))
            });
            if count > 0.0 { Ok((None, vec![total / count; buyers.len()])) } else { Err(error) }
        }
    }
}

/// From a table of buyers: opportunities used, the last of them, and how many there were.
fn summary(arguments: &Arguments, path: &Path) -> Result<()> {
    let mut columns = vec![arguments.frequency.clone(), arguments.recency.clone(), arguments.age.clone()];
    columns.extend(arguments.weights.clone());
    columns.extend(arguments.spend.clone());
    let file = PointsFile::read(path, &columns)?;
    let whole = |at: usize| -> Result<Vec<u32>> {
        let one = |(row, value): (usize, &f64)| {
            if value.fract() == 0.0 && (0.0..=1e6).contains(value) {
                return Ok(*value as u32);
            }
            Err(Error::parameter(&columns[at], "a whole number of at least 0", value).at_row(row))
        };
        file.rows.column(at).iter().enumerate().map(one).collect()
    };
    let (repeats, last, opportunities) = (whole(0)?, whole(1)?, whole(2)?);
    let mut buyers = DiscreteBuyers::new(&repeats, &last, &opportunities)?;
    if arguments.weights.is_some() {
        buyers = buyers.with_weights(&file.rows.column(3).to_vec())?;
    }
    let model = with_bar(|progress| BgBb::new().fit_with(&buyers, progress))?;
    let Figures { alive, expected, discounted } = Figures::of(arguments, &model, &buyers)?;
    let spends = match arguments.spend {
        Some(_) => {
            let amounts: Vec<f64> = file.rows.column(columns.len() - 1).to_vec();
            let floats = |list: &[u32]| list.iter().map(|value| f64::from(*value)).collect::<Vec<_>>();
            let spent = Buyers::new(arguments.unit.unit(), &repeats, &floats(&last), &floats(&opportunities))?;
            Some(spends(&spent.with_spend(&amounts)?)?)
        }
        None => None,
    };
    let lines: Vec<Line> = (0..buyers.len())
        .map(|row| {
            let spend = spends.as_ref().map(|(_, each)| each[row]);
            Line {
                customer: (row + 1).to_string(),
                alive: alive[row],
                expected_purchases: expected[row],
                expected_spend: spend,
                lifetime_value: spend.map(|spend| arguments.margin * spend * discounted[row]),
                value_so_far: None,
                value_at_risk: None,
            }
        })
        .collect();
    let spend = spends.as_ref().and_then(|(spend, _)| spend.as_ref());
    let found = Found {
        horizon: arguments.horizon(),
        choice: None,
        model: &model,
        spend,
        equity: None,
        interval: None,
        customers: &lines,
    };
    let told = spend.map_or_else(String::new, |spend| format!("\n{spend}"));
    arguments.report(&found, &format!("{model}{told}"))
}
