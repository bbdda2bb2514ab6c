import { severityOf } from "../lib/alerts/severity.ts";
import type { Services } from "../services.ts";
import type { Answer } from "./http/answers.ts";
import { listing } from "./http/listing.ts";
import { alertsQuery } from "./http/requests.ts";

/** `GET /api/alerts`: alerts with the sinks that they are for. */
export function alerts({ delivery: { outbox } }: Pick<Services, "delivery">) {
  return listing(
    alertsQuery,
    async ({ resource: owner, kind: type, ...filter }, page): Promise<Answer<"Alerts">> => {
      const { items, ...rest } = await outbox.alerts(
        {
          ...filter,
          ...(owner === undefined ? {} : { owner }),
          ...(type === undefined ? {} : { type }),
        },
        page,
      );
      return { alerts: items.map((each) => ({ ...each, severity: severityOf[each.type] })), ...rest };
    },
  );
}
