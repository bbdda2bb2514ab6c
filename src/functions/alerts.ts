import { severityOf } from "../lib/alerts/severity.ts";
import type { Services } from "../services.ts";
import type { Answer } from "./http/answers.ts";
import { listing, type ListingServices } from "./http/listing.ts";
import { alertsQuery } from "./http/requests.ts";

/** `GET /api/alerts`: alerts with the sinks that they are for, newest first. */
export function alerts(services: ListingServices & Pick<Services, "listAlerts">) {
  return listing(
    services,
    alertsQuery,
    async ({ resource: owner, kind: type, severity, ...range }, page): Promise<Answer<"Alerts">> => {
      // Nothing is of this kind and severity, so that no index has to be read for it.
      if (type !== undefined && severity !== undefined && severityOf[type] !== severity)
        return { alerts: [] };
      const filter = {
        ...range,
        ...(owner === undefined ? {} : { owner }),
        ...(type === undefined ? {} : { type }),
        ...(severity === undefined ? {} : { severity }),
      };
      const { items, ...rest } = await services.listAlerts(filter, page);
      return { alerts: items.map((each) => ({ ...each, severity: severityOf[each.type] })), ...rest };
    },
  );
}
