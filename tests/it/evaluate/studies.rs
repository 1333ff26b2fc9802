//! Studies are judged: verdicts come first, and wrong keys are told with their line.

use std::path::PathBuf;

use segmentry::evaluate::Problem;
use segmentry::study::Study;

/// A folder with a table of customers: money in cents beside ages, and who left.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("segmentry-judged-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut draw = super::data::Draw::new(3);
    let mut text = "id,age,cents,visits,left\n".to_owned();
    for id in 0..400 {
        let (old, often) = (id % 2, id / 2 % 2);
        let age = 30.0 + 30.0 * f64::from(old) + 3.0 * draw.normal();
        let visits = (4.0 + 20.0 * f64::from(often) + 2.0 * draw.normal()).max(0.0);
        let cents = 1e6 * (0.3 * draw.normal()).exp();
        let left = draw.uniform() < if often == 0 { 0.5 } else { 0.05 };
        text.push_str(&format!("{id},{age:.1},{cents:.0},{visits:.0},{left}\n"));
    }
    std::fs::write(folder.join("customers.csv"), text).unwrap();
    folder
}

fn study(folder: &std::path::Path, rest: &str) -> segmentry::Result<Study> {
    let text = format!(
        "name = \"who leaves\"\n[sources.crm]\ncustomers = \"customers.csv\"\nid = \"id\"\n\
         attributes = [{{ name = \"left\", kind = \"boolean\" }}]\n{rest}"
    );
    let file = folder.join("study.toml");
    std::fs::write(&file, text).unwrap();
    Study::from_file(&file)
}

const GROUPS: &str = "[segmenters.groups]\nkind = \"k_means\"\nk = 4\nfeatures = [\"age\", \"visits\"]\n";
const RAW: &str = "[segmenters.raw]\nkind = \"k_means\"\nk = 4\n\
    features = [{ attribute = \"age\", scale = \"raw\" }, { attribute = \"cents\", scale = \"raw\" }, { attribute = \"visits\", scale = \"raw\" }]\n";

#[test]
fn a_study_with_a_goal_begins_with_its_verdicts() {
    let folder = folder("goal");
    let findings = study(&folder, &format!("[goal]\nminimize = \"left\"\n{GROUPS}{RAW}")).unwrap().run().unwrap();
    let verdict = |name: &str| findings.placed(name).unwrap().verdict.as_ref().unwrap();
    assert!(verdict("raw").has(Problem::ScaleDominated), "{}", verdict("raw"));
    assert!(!verdict("groups").has(Problem::ScaleDominated), "{}", verdict("groups"));
    let text = findings.to_string();
    let (verdicts, data) = (text.find("== verdicts ==").unwrap(), text.find("== data ==").unwrap());
    assert!(verdicts < data && text.find("source crm").unwrap() > data, "{text}");
    let json: serde_json::Value = serde_json::from_str(&findings.to_json().unwrap()).unwrap();
    let told = &json["segmentations"][1]["verdict"]["diagnoses"];
    assert!(told.as_array().unwrap().iter().any(|found| found["problem"] == "scale_dominated"), "{told}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn without_a_goal_a_study_is_judged_where_it_says_so() {
    let folder = folder("asked");
    let plain = study(&folder, GROUPS).unwrap().run().unwrap();
    assert!(plain.placed("groups").unwrap().verdict.is_none());
    assert!(!plain.to_string().contains("verdicts"));
    let asked = study(&folder, &format!("[evaluation]\nof = [\"raw\"]\nsmallest = 500\n{GROUPS}{RAW}")).unwrap();
    let asked = asked.run().unwrap();
    assert!(asked.placed("groups").unwrap().verdict.is_none());
    assert!(asked.placed("raw").unwrap().verdict.as_ref().unwrap().has(Problem::OverSegmented));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_wrong_key_is_told_with_its_line() {
    let folder = folder("wrong");
    let told = |rest: &str| study(&folder, rest).and_then(|study| study.run().map(drop)).unwrap_err().to_string();
    let message = told(&format!("{GROUPS}[evaluation]\nsmalest = 5\n"));
    assert!(message.contains("line 11") && message.contains("did you mean `smallest`"), "{message}");
    let message = told(&format!("{GROUPS}[evaluation]\nof = [\"group\"]\n"));
    assert!(message.contains("line 11") && message.contains("did you mean `groups`"), "{message}");
    let message = told(&format!("{GROUPS}[evaluation]\nknown_of_prospects = [\"ages\"]\n"));
    assert!(message.contains("line 11") && message.contains("did you mean `age`"), "{message}");
    std::fs::remove_dir_all(&folder).unwrap();
}
