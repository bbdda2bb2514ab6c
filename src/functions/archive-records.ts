import { archiveOld, type ArchiveServices } from "../lib/archive/archive.ts";

/** Timer, where an archive is configured: moves records older than the retention time to the archive. */
export function archiveRecords(services: ArchiveServices) {
  return async (): Promise<void> => {
    const moved = await archiveOld(services);
    services.log.info("archived old records", { records: moved });
  };
}
