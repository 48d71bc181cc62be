// The return label that the demo's seller issues: one page of PDF, A6 as parcel labels are, made of plain text.
//
// Real labels come from a carrier. This one carries no barcode, so that nobody can mistake it for one.

/** Points, 1/72 inch: 105 by 148 mm. */
const A6 = { width: 298, height: 420 };

/**
 * A PDF in base64 that shows `heading` and, below it, `lines`. Only ASCII comes out right; the rest becomes `?`.
 *
 * @param {string} heading
 * @param {string[]} lines
 */
export function returnLabel(heading, lines) {
  const content = [
    `1.5 w 18 18 ${A6.width - 36} ${A6.height - 36} re S`,
    `BT /F1 20 Tf 34 ${A6.height - 62} Td (${text(heading)}) Tj ET`,
    ...lines.map((line, index) => `BT /F1 12 Tf 34 ${A6.height - 100 - index * 20} Td (${text(line)}) Tj ET`),
  ].join("\n");
  return btoa(
    file([
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${A6.width} ${A6.height}] /Contents 4 0 R ` +
        "/Resources << /Font << /F1 5 0 R >> >> >>",
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]),
  );
}

// All of it is ASCII, so a position in the text is the byte offset that the table at the end must name.
/** @param {string[]} objects */
function file(objects) {
  let pdf = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = pdf.length;
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = pdf.length;
  pdf += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  pdf += offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  pdf += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return pdf;
}

/** @param {string} words */
function text(words) {
  return words.replace(/[^\x20-\x7e]/g, "?").replace(/[\\()]/g, "\\$&");
}
