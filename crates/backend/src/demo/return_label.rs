//! A return label of one page, so that the claims of the demo have one to open.

use std::fmt::Write as _;

use crate::order_line::OrderLine;

/// The label for the claim called `reference` about `line`: a page of A6 with the number.
pub(super) fn pdf(reference: &str, line: &OrderLine) -> Vec<u8> {
    let text = format!(
        "BT /F1 22 Tf 30 360 Td (Retourlabel) Tj 0 -40 Td /F1 16 Tf ({reference}) Tj 0 -26 Td ({}) Tj ET",
        line.order_number
    );
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 298 420] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut pdf = "%PDF-1.7\n".to_owned();
    let mut places = "xref\n0 6\n0000000000 65535 f \n".to_owned();
    for (nth, object) in objects.iter().enumerate() {
        let _ = writeln!(places, "{:010} 00000 n ", pdf.len());
        let _ = writeln!(pdf, "{} 0 obj\n{object}\nendobj", nth + 1);
    }
    let start = pdf.len();
    let _ = write!(pdf, "{places}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    pdf.into_bytes()
}
