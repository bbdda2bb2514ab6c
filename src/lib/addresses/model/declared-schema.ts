import { addressKinds } from "./tier.ts";

/** The JSON Schema of a file of declared addresses (draft 7, which editors support). */
export function declaredSchema(): Readonly<Record<string, unknown>> {
  const list = {
    type: "array",
    items: { type: "string" },
    description: "All addresses of this kind: IPv4 and IPv6 addresses and prefixes",
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: "drawbridge-addresses.schema.json",
    title: "Drawbridge declared addresses",
    type: "object",
    required: ["addresses"],
    additionalProperties: false,
    properties: {
      addresses: {
        type: "array",
        items: {
          type: "object",
          required: ["resource"],
          additionalProperties: false,
          properties: {
            resource: {
              type: "string",
              description: "ARM id of an API Management service, or of a public IP address",
            },
            location: {
              type: "string",
              description:
                "Such as westeurope. Required for a service, whose addresses are declared by location",
            },
            ...Object.fromEntries(addressKinds.map((kind) => [kind, list])),
          },
        },
      },
    },
  };
}
