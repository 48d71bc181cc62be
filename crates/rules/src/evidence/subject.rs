//! The subjects of photos, and one value for each of them.

use serde::{Deserialize, Serialize};

/// The subject of a photo.
///
/// # Example
///
/// ```
/// use damage_report_rules::evidence::Subject;
///
/// assert_eq!(Subject::ALL.map(Subject::code), ["packaging", "label", "device"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The box or envelope that the device came in.
    Packaging,
    /// The shipping label on it, with the tracking number.
    Label,
    /// The damaged device.
    Device,
}

impl Subject {
    /// Every subject, in page order.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::evidence::Subject;
    ///
    /// assert_eq!(Subject::ALL[2], Subject::Device);
    /// ```
    pub const ALL: [Self; 3] = [Self::Packaging, Self::Label, Self::Device];

    /// Its stable code in JSON.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::evidence::Subject;
    ///
    /// assert_eq!(Subject::Label.code(), "label");
    /// ```
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Packaging => "packaging",
            Self::Label => "label",
            Self::Device => "device",
        }
    }
}

/// One value for each subject. The compiler lists every place that must change when a subject is added.
///
/// # Example
///
/// ```
/// use damage_report_rules::evidence::{PerSubject, Subject};
///
/// let mut counts = PerSubject::<usize>::default();
/// *counts.of_mut(Subject::Label) += 1;
/// assert_eq!(counts, PerSubject { packaging: 0, label: 1, device: 0 });
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerSubject<T> {
    /// The value for the packaging.
    pub packaging: T,
    /// The value for the shipping label.
    pub label: T,
    /// The value for the device.
    pub device: T,
}

impl<T> PerSubject<T> {
    /// The value for `subject`.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::evidence::{PerSubject, Subject};
    ///
    /// assert_eq!(*PerSubject { packaging: 1, label: 2, device: 3 }.of(Subject::Device), 3);
    /// ```
    #[must_use]
    pub fn of(&self, subject: Subject) -> &T {
        match subject {
            Subject::Packaging => &self.packaging,
            Subject::Label => &self.label,
            Subject::Device => &self.device,
        }
    }

    /// The value for `subject`, to be changed.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::evidence::{PerSubject, Subject};
    ///
    /// let mut names = PerSubject { packaging: "box", label: "label", device: "phone" };
    /// *names.of_mut(Subject::Device) = "tablet";
    /// assert_eq!(names.device, "tablet");
    /// ```
    #[must_use]
    pub fn of_mut(&mut self, subject: Subject) -> &mut T {
        match subject {
            Subject::Packaging => &mut self.packaging,
            Subject::Label => &mut self.label,
            Subject::Device => &mut self.device,
        }
    }
}
