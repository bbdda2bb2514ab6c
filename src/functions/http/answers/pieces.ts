import * as v from "valibot";

/** The pieces that the definitions of answers are made of. Descriptions are noun phrases. */

export const described = <S extends v.GenericSchema>(schema: S, description: string) =>
  v.pipe(schema, v.description(description));
export const text = (description: string) => described(v.string(), description);
export const texts = (description: string) => described(v.array(v.string()), description);
export const instant = (description: string) =>
  v.pipe(v.string(), v.metadata({ format: "date-time", description }));
export const count = (description: string) =>
  v.pipe(v.number(), v.integer(), v.minValue(0), v.description(description));
export const anyObject = (description: string) => described(v.record(v.string(), v.unknown()), description);

/** Beside a name of a person, which can be changed and given to somebody else. */
export const objectId = v.exactOptional(
  text("Object id in Entra ID of whom the token named, where recorded"),
);

export const continuation = v.exactOptional(
  text("Value of the parameter `continuation` for the next page; absent on the last"),
);

export const unknownFacts = described(
  v.array(
    v.object({
      field: text("Field of the policy"),
      reason: text("Why it is unknown"),
      because: v.exactOptional(text("What went wrong, where the reason alone does not say it")),
      right: v.exactOptional(
        described(
          v.object({
            action: text("Action of Azure that the app may not do"),
            role: described(v.picklist(["approver", "reader"]), "Role of the app that has the action"),
            whose: described(
              v.picklist(["service", "requester", "approved endpoints"]),
              "Whose subscription it is missing in; a count rests on those of all approved endpoints",
            ),
            subscription: v.exactOptional(text("Id of that subscription, where it is one and known")),
          }),
          "Right that would make it known, if one is missing",
        ),
      ),
    }),
  ),
  "Facts that could not be read and are needed to decide",
);
