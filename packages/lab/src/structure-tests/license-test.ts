import { readAsOriginal } from "./file-tests.ts";
import type { StructureSubject } from "./subject.ts";
import type { LicenseTest } from "./test-file.ts";
import { type StructureTestResult, verdict } from "./verdict.ts";

const DOCUMENTS = "/usr/share/doc";
/** Packages that the original lets pass, and the words for which it refuses a licence. */
const ALLOWED = ["libgnutls30"];
const REFUSED = ["AGPL", "WTFPL"];

/** With `debian`, the `copyright` of every folder in /usr/share/doc; and the files that are named. */
export async function runLicenseTest(test: LicenseTest, subject: StructureSubject): Promise<StructureTestResult> {
  const from = performance.now();
  const messages: string[] = [];
  const files = [...(test.files ?? [])];
  if (test.debian) {
    const packages = await subject.folders(DOCUMENTS);
    if (packages === undefined)
      messages.push(`found no ${DOCUMENTS}, expected the copyright files of Debian's packages`);
    const checked = (packages ?? []).filter((name) => !ALLOWED.includes(name));
    files.unshift(...checked.map((name) => `${DOCUMENTS}/${name}/copyright`));
  }
  for (const file of files) messages.push(...(await checkLicense(file, subject)));
  return verdict("licenseTests", "License Test", messages, from);
}

async function checkLicense(file: string, subject: StructureSubject): Promise<string[]> {
  const content = await readAsOriginal(subject, file);
  if (typeof content === "string") return [content];
  const licence = content.toString("utf8").toUpperCase();
  const word = REFUSED.find((refused) => licence.includes(refused));
  return word === undefined ? [] : [`found ${word} in ${file}, expected another licence`];
}
