import { keyOf, type BundledPackage } from "./bundled-packages.ts";

/** The licences that may be in the package: permissive, and met by passing on their text. */
export const acceptedLicences = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"];

/** The licences and notices of everything that is bundled, as one text. Throws where a licence is not accepted. */
export function thirdPartyLicences(packages: readonly BundledPackage[]): string {
  const refused = packages.filter(({ licence }) => !acceptedLicences.includes(licence));
  if (refused.length > 0)
    throw new Error(
      `these packages are bundled under a licence that scripts/third-party.ts does not accept: ${refused
        .map((each) => `${keyOf(each)} (${each.licence})`)
        .join(", ")}`,
    );
  const head = `Drawbridge's package holds code of the ${packages.length} npm packages below, under these licences.`;
  return [head, ...packages.map(section)].join(`\n\n${"-".repeat(80)}\n\n`) + "\n";
}

function section({ texts, ...about }: BundledPackage): string {
  const title = `${keyOf(about)}: ${about.licence}`;
  if (texts.length > 0) return [title, ...texts.map(({ text }) => text)].join("\n\n");
  const by = about.author === "" ? "" : `, by ${about.author}`;
  return `${title}\n\nIts package.json declares this licence${by}. It ships no text of it.`;
}
