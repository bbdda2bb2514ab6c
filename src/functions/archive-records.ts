import { archiveOld, type ArchiveServices } from "../lib/archive/archive.ts";

/** Each night, UTC; what one does not come to is for the next. */
export const archiveSchedule = "0 17 2 * * *";

/** Timer, where an archive is configured: moves there what is older than it has to be kept at hand. */
export function archiveRecords(services: ArchiveServices) {
  return async (): Promise<void> => {
    const moved = await archiveOld(services);
    services.log.info("archived what is old", { records: moved });
  };
}
