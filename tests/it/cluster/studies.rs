//! Clusters in study files: every method by its name, on real customers, saved and loaded, slips told with their line.

use std::path::{Path, PathBuf};

use segmentry::cluster::{ClusterMethod, KMeans, METHODS};
use segmentry::segment::Segment;
use segmentry::study::{Study, load_any};

/// A study file with its data in a folder of its own.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("segmentry-clusters-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_study_of_cdnow_has_groups() {
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/cdnow.toml");
    let findings = Study::from_file(study).unwrap().run().unwrap();
    let groups = findings.segmentation("groups").unwrap();
    assert_eq!((groups.len(), groups.segments().len()), (2_357, 4));
    assert!(groups.unassigned() > 0 && groups.unassigned() < 24, "{}", groups.unassigned());
    // counted without the crate's own profile: the group that is called high in spend brings the most a head
    let spend = findings.customers.column("spend").unwrap();
    let mean = |group: usize| {
        let members: Vec<f64> = groups.members(group).filter_map(|row| spend.number(row)).collect();
        members.iter().sum::<f64>() / members.len() as f64
    };
    let best = (0..4).max_by(|a, b| mean(*a).total_cmp(&mean(*b))).unwrap();
    assert!(groups.segments()[best].label().contains("igh spend"), "{}", groups.segments()[best].label());
    assert!(mean(best) > 3.0 * 103.6, "everybody spends 103.6, they {}", mean(best));
}

#[test]
fn the_wholesale_study_finds_what_the_numbers_alone_give() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/wholesale_customers.csv");
    let Ok(data) = std::fs::read_to_string(&shared) else {
        eprintln!("skipped: {} is not there", shared.display());
        return;
    };
    let folder = Folder::new("wholesale");
    let mut numbered = String::new();
    for (row, line) in data.lines().enumerate() {
        numbered.push_str(&if row == 0 { format!("id,{line}\n") } else { format!("{row},{line}\n") });
    }
    folder.write("wholesale_customers.csv", &numbered);
    let toml = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/wholesale.toml");
    let study = folder.write("wholesale.toml", &std::fs::read_to_string(toml).unwrap());
    let findings = Study::from_file(study).unwrap().run().unwrap();

    // by hand: logarithms, mean 0, standard deviation 1, and the same recipe on the matrix
    let mut rows = ndarray::Array2::<f64>::zeros((440, 6));
    for (row, line) in data.lines().skip(1).enumerate() {
        for (column, cell) in line.split(',').skip(2).enumerate() {
            rows[[row, column]] = cell.parse::<f64>().unwrap().ln_1p();
        }
    }
    for mut column in rows.columns_mut() {
        let mean = column.sum() / 440.0;
        let deviation = (column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 440.0).sqrt();
        column.mapv_inplace(|x| (x - mean) / deviation);
    }
    let found = KMeans::new(3).seed(1).fit_matrix(rows.view()).unwrap();
    let baskets = findings.segmentation("baskets").unwrap();
    assert!((0..440).all(|row| baskets.index(row).map(|at| at as u32) == found.labels[row]));
    // UCI counts 298 cafés and hotels and 142 shops; soap and groceries are what shops buy
    let agreed = findings.segmentation("agreed").unwrap();
    assert_eq!(agreed.unassigned(), 0);
    let channel = findings.customers.column("Channel").unwrap();
    let shops = |group: usize| {
        let members: Vec<usize> = agreed.members(group).collect();
        members.iter().filter(|row| channel.number(**row) == Some(2.0)).count() as f64 / members.len() as f64
    };
    assert!(shops(0) < 0.1, "the largest group are cafés and hotels: {}", shops(0));
    assert!(shops(1) > 0.7, "the second are shops: {}", shops(1));
}

/// What a method needs beside its features, and the features if numbers are not what it takes.
fn settings(method: &str) -> &'static str {
    match method {
        "dbscan" => "radius = 0.9\nneighbours = 3",
        "hdbscan" => "least = 5",
        "k_modes" => "k = 2\nfeatures = [{ attribute = \"plan\", encode = \"category\" }]",
        _ => "k = 2",
    }
}

#[test]
fn every_method_stands_in_a_study_and_comes_back() {
    let folder = Folder::new("methods");
    let mut data = "id,visits,spend,plan\n".to_owned();
    for row in 0..40 {
        let (visits, spend, plan) =
            if row % 3 == 0 { (30 + row % 5, 900 + row, "pro") } else { (3 + row % 4, 20 + row, "free") };
        data.push_str(&format!("c{row},{visits},{spend},{plan}\n"));
    }
    folder.write("customers.csv", &data);
    for method in METHODS {
        let mut study = "name = \"methods\"\n[sources.crm]\ncustomers = \"customers.csv\"\nid = \"id\"\n".to_owned();
        study.push_str(&format!("[segmenters.groups]\nkind = \"{method}\"\n{}\n", settings(method)));
        if !study.contains("features") {
            study.push_str("features = [\"visits\", \"spend\"]\n");
        }
        let path = folder.write("study.toml", &study);
        let findings = Study::from_file(path).and_then(|study| study.run()).unwrap_or_else(|e| panic!("{method}: {e}"));
        let groups = findings.segmentation("groups").unwrap();
        // so far apart that every method finds them
        let size = |own: bool| (0..40).filter(|row| (row % 3 == 0) == own).count();
        assert_eq!(groups.sizes(), [size(false), size(true)], "{method}");
        let out = folder.0.join("out");
        findings.save(&out).unwrap();
        let loaded = load_any(out.join("groups.model.json")).unwrap_or_else(|e| panic!("{method}: {e}"));
        let again = loaded.segment(&findings.customers).unwrap();
        assert!((0..40).all(|row| again.get(row) == groups.get(row)), "{method}");
        let known = ["visits", "spend", "plan"];
        assert!(loaded.reads().attributes.iter().all(|name| known.contains(&name.as_str())), "{method}");
    }
}

#[test]
fn without_features_all_that_may_form_segments_do() {
    let folder = Folder::new("all");
    folder.write("customers.csv", "id,visits,plan\na,1,free\nb,2,free\nc,40,pro\nd,41,pro\n");
    let text = "name = \"all\"\n[sources.crm]\ncustomers = \"customers.csv\"\nid = \"id\"\n[segmenters.groups]\nkind = \"k_means\"\nk = 2\n";
    let findings = Study::from_file(folder.write("study.toml", text)).unwrap().run().unwrap();
    let groups = findings.segmentation("groups").unwrap();
    assert_eq!(groups.sizes(), [2, 2]);
    let placed = findings.placed.iter().find(|placed| placed.name == "groups").unwrap();
    assert_eq!(placed.segmenter.reads().attributes, ["visits", "plan"]);
}

#[test]
fn slips_are_told_with_line_and_key() {
    let folder = Folder::new("slips");
    folder.write("customers.csv", "id,visits\na,1\nb,2\n");
    let told = |keys: &str| {
        let text = format!(
            "name = \"slips\"\n[sources.crm]\ncustomers = \"customers.csv\"\nid = \"id\"\n[segmenters.groups]\n{keys}\n"
        );
        let path = folder.write("study.toml", &text);
        Study::from_file(path).and_then(|study| study.run()).err().unwrap().to_string()
    };
    let slip = told("kind = \"k_mean\"\nk = 2");
    assert!(slip.contains("line 6") && slip.contains("did you mean `k_means`"), "{slip}");
    let slip = told("kind = \"k_means\"\nk = 2\nrestart = 3");
    assert!(slip.contains("line 8") && slip.contains("did you mean `restarts`"), "{slip}");
    let slip = told("kind = \"k_means\"\nk = 2\nfeatures = [{ attribute = \"visits\", scales = \"raw\" }]");
    assert!(slip.contains("line 8") && slip.contains("scales"), "{slip}");
    let slip = told("kind = \"k_means\"\nk = 2\nfeatures = [\"visit\"]");
    assert!(slip.contains("did you mean `visits`"), "{slip}");
    let slip = told("kind = \"k_means\"\nk = 0");
    assert!(slip.contains("`k`") && slip.contains("at least 1"), "{slip}");
    let slip = told("kind = \"k_means\"\nk = 2\nreach = { share = 2.0 }");
    assert!(slip.contains("`reach`"), "{slip}");
}
