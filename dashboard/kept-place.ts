const placeKey = "place";

/**
 * Keeps the place for this tab while App Service signs a person in. That leads through Microsoft's pages back to the
 * page without its place: browsers send no fragment to a server. A place is no secret.
 */
export function keepPlace(): void {
  inStorage((storage) => storage.setItem(placeKey, location.hash));
}

/** Opens the place that was kept, once. */
export function returnToPlace(): void {
  const place = inStorage((storage) => storage.getItem(placeKey)) ?? "";
  inStorage((storage) => storage.removeItem(placeKey));
  if (place !== "" && location.hash === "") history.replaceState(null, "", place);
}

/** Undefined where the browser is set to store nothing for the page, or has no room for more. */
function inStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(sessionStorage);
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}
