//! Asks both verifiers, ours and the one in plain Python, and holds their verdicts against each other.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use spoor_notary::Growth;
use spoor_notary::export::{Expected, Outcome, verify};

/// The exit code of a verdict and the first record it names.
pub type Verdict = (u8, Option<u64>);

pub const PROVEN: Verdict = (0, None);
pub const UNUSABLE: Verdict = (2, None);

/// Something to verify, for many at once: starting Python costs more than verifying.
#[derive(Clone)]
pub struct Case {
    pub path: PathBuf,
    pub expected: Expected,
    /// The text of the policy in `expected`.
    pub policy: Option<String>,
    /// The texts of the proofs of growth in `expected`.
    pub growths: Vec<String>,
}

impl Case {
    /// What is expected of this export, without a policy.
    pub fn of(path: &Path, expected: &Expected) -> Self {
        let growths = expected.growths.iter().map(Growth::to_text).collect();
        Self { path: path.into(), expected: expected.clone(), policy: None, growths }
    }
}

/// Our verdict.
pub fn ours(path: &Path, expected: &Expected) -> Verdict {
    match verify(path, expected, 1).outcome {
        Outcome::Proven => PROVEN,
        Outcome::NotProven { index, .. } => (1, index),
        Outcome::Unusable { .. } => UNUSABLE,
    }
}

/// Both verdicts, which must be one.
pub fn both(path: &Path, expected: &Expected) -> Verdict {
    let ours = ours(path, expected);
    assert_eq!(python(&[Case::of(path, expected)]), [ours], "Python first; {:?}", verify(path, expected, 2).outcome);
    ours
}

/// Python's verdicts.
pub fn python(cases: &[Case]) -> Vec<Verdict> {
    let told: Vec<_> = cases
        .iter()
        .map(|Case { path, expected, policy, growths }| {
            let kept: Vec<_> = expected.kept.iter().map(|kept| (&kept.name, &kept.text)).collect();
            let keys = (!expected.keys.is_empty())
                .then(|| expected.keys.iter().map(|key| format!("{key}\n")).collect::<String>());
            serde_json::json!({ "path": path, "keys": keys, "policy": policy, "kept": kept, "growths": growths })
        })
        .collect();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../verify");
    let mut child = Command::new(interpreter())
        .args(["-B", "-c", DRIVER, script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(serde_json::to_string(&told).unwrap().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the driver of the Python verifier failed");
    serde_json::from_slice(&output.stdout).unwrap()
}

const DRIVER: &str = "
import json, sys
sys.path.insert(0, sys.argv[1])
import spoor_verify as v
def verdict(case):
    try:
        v.verify(case['path'], case['keys'], case['policy'], case['kept'], case['growths'])
        return 0, None
    except v.NotProven as error:
        return 1, error.args[0]
    except v.Unusable:
        return 2, None
json.dump([verdict(case) for case in json.load(sys.stdin)], sys.stdout)
";

/// A Python that has the package for Ed25519; `./test` installs it.
pub fn interpreter() -> &'static str {
    let has_it = |python: &&str| {
        let tried = Command::new(python).args(["-c", "import cryptography"]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    ["python3", "/usr/bin/python3"]
        .into_iter()
        .find(has_it)
        .expect("no Python with the package cryptography: run ./test once")
}
