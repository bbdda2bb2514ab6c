import { createHash } from "node:crypto";
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { keyOf, type Bundled, type BundledPackage } from "./bundled-packages.ts";

export interface Product {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

/**
 * The bill of materials as CycloneDX 1.6 in JSON: what is bundled, and which package imports which. It has no time and
 * no random serial number, so that the same packages give the same bytes.
 */
export function billOfMaterials(product: Product, { packages, imports }: Bundled): string {
  const root = componentOf(Enums.ComponentType.Application, { ...product, licence: product.license });
  const components = new Map(
    packages.map((each) => [keyOf(each), componentOf(Enums.ComponentType.Library, each)]),
  );
  for (const key of imports) addDependency(root, components.get(key));
  for (const each of packages) {
    const component = components.get(keyOf(each));
    component?.hashes.set(Enums.HashAlgorithm["SHA-512"], each.sha512);
    for (const key of each.imports) addDependency(component, components.get(key));
  }
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: root }),
    components: new Models.ComponentRepository(components.values()),
    serialNumber: serialNumberOf(product, packages),
  });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function addDependency(from: Models.Component | undefined, to: Models.Component | undefined): void {
  if (to !== undefined) from?.dependencies.add(to.bomRef);
}

function componentOf(
  type: Enums.ComponentType,
  {
    name,
    version,
    description,
    licence,
  }: Pick<BundledPackage, "name" | "version" | "description" | "licence">,
): Models.Component {
  const [group, base] = name.startsWith("@") ? name.split("/", 2) : [undefined, name];
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const component = new Models.Component(type, base ?? name, {
    bomRef: purl,
    version,
    purl,
    description,
    ...(group === undefined ? {} : { group }),
  });
  component.licenses.add(new Models.SpdxLicense(licence));
  return component;
}

/** A UUID (RFC 9562, version 8) of what is bundled. */
function serialNumberOf(product: Product, packages: readonly BundledPackage[]): string {
  const what = [product, ...packages].map((each) => keyOf(each)).join("\n");
  const hash = createHash("sha256").update(what).digest("hex");
  const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(hash) ?? [];
  return `urn:uuid:${a}-${b}-8${c}-8${d}-${e}`;
}
