const placeKey = "place";

/**
 * Keeps the place for this tab while App Service signs a person in. That leads through Microsoft's pages back to the page without
 * its place: browsers send no fragment to a server. A place is no secret.
 */
export function keepPlace(): void {
  storage()?.setItem(placeKey, location.hash);
}

/** Opens the place that was kept, once. */
export function returnToPlace(): void {
  const place = storage()?.getItem(placeKey) ?? "";
  storage()?.removeItem(placeKey);
  if (place !== "" && location.hash === "") history.replaceState(null, "", place);
}

/** Undefined where the browser is set to store nothing for the page. */
function storage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}
