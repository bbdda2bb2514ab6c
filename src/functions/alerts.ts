import { alertTypes, severityOf } from "../lib/alerts/severity.ts";
import type { Services } from "../services.ts";
import type { Answer } from "./http/answers.ts";
import { listing, type ListingServices } from "./http/listing.ts";
import { alertsQuery } from "./http/requests.ts";

/** `GET /api/alerts`: alerts with the sinks that they are for, newest first. */
export function alerts(services: ListingServices & Pick<Services, "listAlerts">) {
  return listing(
    services,
    alertsQuery,
    async ({ resource: owner, kind, severity, ...range }, page): Promise<Answer<"Alerts">> => {
      const types = alertTypes.filter(
        (type) => (kind ?? type) === type && (severity ?? severityOf[type]) === severityOf[type],
      );
      const isFiltered = kind !== undefined || severity !== undefined;
      const filter = {
        ...range,
        ...(owner === undefined ? {} : { owner }),
        ...(isFiltered ? { types } : {}),
      };
      const { items, ...rest } = await services.listAlerts(filter, page);
      return { alerts: items.map((each) => ({ ...each, severity: severityOf[each.type] })), ...rest };
    },
  );
}
