/** Azure's answer about a connection in this state. */
export function connectionBody(id: string, status: string) {
  return {
    id,
    name: id.split("/").at(-1),
    type: "t",
    properties: { privateLinkServiceConnectionState: { status, description: "by hand" } },
  };
}
