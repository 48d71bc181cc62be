#!/usr/bin/env bash
# An SSCC, the number of a parcel, is 18 digits, and GS1-128 bars carry it behind the application identifier (00). People and
# spreadsheets leave the two zeros out. python-stdnum has a reader of GS1-128, and one would expect it to refuse the number
# without them. DHL's parcels in Germany begin with 340434, though, and (3404) is a weight in pounds: the number is valid, a
# parcel of 34.1610 pounds with a remark of the company. The SSCC is not in the result, and no error says so.
#
# biip gives the same weight, but has the SSCC besides. A claim whose tracking number was scanned with the zeros and typed without
# them is then about two parcels. Test for 18 digits with a right check digit before you read application identifiers.
#
# Seen with python-stdnum 2.2 and biip 5.2.0 on Python 3.11. The number is the sample of DHL's own documentation.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-stdnum==2.2 biip==5.2.0
venv/bin/python - <<'SOURCE' | tee seen
import biip
from stdnum import gs1_128

for number in "00340434161094022115", "340434161094022115":
    print("stdnum:", number, gs1_128.is_valid(number), {ai: str(value) for ai, value in gs1_128.info(number).items()})
    found = biip.parse(number)
    print("biip:", number, found.gs1_message.as_hri(), found.sscc is not None)
SOURCE
diff seen - <<'EXPECTED'
stdnum: 00340434161094022115 True {'00': '340434161094022115'}
biip: 00340434161094022115 (00)340434161094022115 True
stdnum: 340434161094022115 True {'3404': '34.1610', '94': '022115'}
biip: 340434161094022115 (3404)341610(94)022115 True
EXPECTED
