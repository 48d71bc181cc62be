//! What can go wrong between widget and backend, as data. Words are made in `text`.

use damage_report_rules::{
    claim::Violation,
    contract::{Code, Problem, Retry},
    evidence::Digest,
};

/// Why a request did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer: no connection, a refused preflight, a certificate, a blocker.
    Unreachable,
    /// An answer that the contract does not know: a captive portal's page, a proxy's error.
    NotOurs,
    /// The page gave no token, or none that the backend takes.
    SignedOut,
    /// The backend is there, but cannot do it now.
    Later,
    /// The backend refuses the claim for what is in it.
    Violations(Vec<Violation>),
    /// The backend does not have these photos.
    PhotosUnknown(Vec<Digest>),
    /// The order line has a claim already.
    ClaimExists,
    /// The backend refuses, and would refuse again.
    Refused(Code),
}

impl Failure {
    /// Whether the same request may succeed when it is simply sent again after a while.
    pub(crate) fn passes_by_itself(&self) -> bool {
        matches!(self, Self::Unreachable | Self::NotOurs | Self::Later)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        match (problem.code, problem.retry) {
            (Code::ClaimViolations, _) => Self::Violations(problem.violations),
            (Code::PhotoUnknown, _) => Self::PhotosUnknown(problem.photos),
            (Code::ClaimExists, _) => Self::ClaimExists,
            (_, Retry::NewToken) | (Code::TokenMissing | Code::TokenInvalid, _) => Self::SignedOut,
            (_, Retry::Later | Retry::Once) => Self::Later,
            (code, Retry::Never) => Self::Refused(code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: Code, retry: Retry, expected: &Failure) {
        let problem = Problem {
            kind: String::new(),
            title: String::new(),
            status: 400,
            code,
            retry,
            detail: None,
            violations: vec![],
            photos: vec![],
            reference: None,
        };
        assert_eq!(&Failure::from(problem), expected);
    }

    #[test]
    fn a_problem_says_what_to_do_next() {
        check(Code::TokenExpired, Retry::NewToken, &Failure::SignedOut);
        check(Code::TokenInvalid, Retry::Never, &Failure::SignedOut);
        check(Code::Storage, Retry::Later, &Failure::Later);
        check(Code::DigestMismatch, Retry::Once, &Failure::Later);
        check(Code::PhotoTooLarge, Retry::Never, &Failure::Refused(Code::PhotoTooLarge));
        check(Code::ClaimExists, Retry::Never, &Failure::ClaimExists);
    }
}
