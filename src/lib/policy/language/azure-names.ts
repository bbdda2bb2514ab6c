/**
 * Azure Policy's field names and the corresponding fields here, so that an author who migrates a policy gets the right
 * field instead of the nearest spelling. All in lower case.
 */
const prefixes: readonly (readonly [string, string])[] = [
  ["microsoft.apimanagement/service/privateendpointconnections/", "connection "],
  ["microsoft.network/privateendpoints/", "endpoint "],
  ["microsoft.network/virtualnetworks/subnets/", "subnet "],
  ["microsoft.network/virtualnetworks/", "network "],
  ["microsoft.apimanagement/service/", "service "],
];

const fieldsOfAzure: ReadonlyMap<string, string> = new Map([
  ["connection id", "connection.id"],
  ["connection name", "connection.name"],
  ["connection privateendpoint", "endpoint.id"],
  ["connection privateendpoint.id", "endpoint.id"],
  ["connection privatelinkserviceconnectionstate", "connection.state"],
  ["connection privatelinkserviceconnectionstate.status", "connection.state"],
  ["connection privatelinkserviceconnectionstate.description", "connection.message"],
  ["connection provisioningstate", "connection.provisioningState"],
  ["connection groupids", "connection.groupId"],
  ["connection groupids[*]", "connection.groupId"],
  ["endpoint subnet", "endpoint.subnet.id"],
  ["endpoint subnet.id", "endpoint.subnet.id"],
  ["endpoint subnet.name", "endpoint.subnet.name"],
  ["endpoint subnet.addressprefix", "endpoint.subnet.addressPrefixes"],
  ["endpoint networkinterfaces[*]", "endpoint.privateAddresses"],
  ["endpoint networkinterfaces[*].id", "endpoint.privateAddresses"],
  ["endpoint ipconfigurations[*].privateipaddress", "endpoint.privateAddresses[*]"],
  ["endpoint ipconfigurations[*]", "endpoint.privateAddresses[*]"],
  ["endpoint privatelinkserviceconnections[*].privatelinkserviceconnectionstate.status", "connection.state"],
  [
    "endpoint privatelinkserviceconnections[*].privatelinkserviceconnectionstate.description",
    "connection.message",
  ],
  [
    "endpoint manualprivatelinkserviceconnections[*].privatelinkserviceconnectionstate.status",
    "connection.state",
  ],
  ["endpoint customdnsconfigs[*].ipaddresses[*]", "endpoint.privateAddresses[*]"],
  ["endpoint applicationsecuritygroups[*].id", "endpoint.applicationSecurityGroups[*]"],
  ["endpoint applicationsecuritygroups[*]", "endpoint.applicationSecurityGroups[*]"],
  ["endpoint manualprivatelinkserviceconnections", "endpoint.manual"],
  ["endpoint manualprivatelinkserviceconnections[*]", "endpoint.manual"],
  ["endpoint manualprivatelinkserviceconnections[*].requestmessage", "connection.message"],
  ["endpoint privatelinkserviceconnections[*].requestmessage", "connection.message"],
  ["endpoint manualprivatelinkserviceconnections[*].groupids[*]", "connection.groupId"],
  ["endpoint privatelinkserviceconnections[*].groupids[*]", "connection.groupId"],
  ["endpoint manualprivatelinkserviceconnections[*].privatelinkserviceid", "service.id"],
  ["endpoint privatelinkserviceconnections[*].privatelinkserviceid", "service.id"],
  ["subnet addressprefix", "endpoint.subnet.addressPrefixes"],
  ["subnet addressprefixes[*]", "endpoint.subnet.addressPrefixes[*]"],
  ["network subnets[*].id", "endpoint.subnet.id"],
  ["network subnets[*].name", "endpoint.subnet.name"],
  ["network subnets[*].addressprefix", "endpoint.subnet.addressPrefixes"],
  ["network subnets[*].addressprefixes[*]", "endpoint.subnet.addressPrefixes[*]"],
  ["network addressspace.addressprefixes[*]", "endpoint.virtualNetwork.addressPrefixes[*]"],
  ["network addressspace.addressprefixes", "endpoint.virtualNetwork.addressPrefixes"],
  ["service sku.name", "service.sku"],
  ["service sku", "service.sku"],
  ["service virtualnetworktype", "service.virtualNetworkType"],
  ["service publicnetworkaccess", "service.publicNetworkAccess"],
  ["service platformversion", "service.platformVersion"],
  ["service additionallocations[*].location", "service.locations[*]"],
  ["id", "connection.id"],
  ["name", "connection.name"],
  ["fullname", "connection.name"],
  ["location", "endpoint.location or service.location"],
  ["tags", "endpoint.tags or service.tags"],
  ["sku.name", "service.sku"],
]);

/** Azure's fields without a counterpart, and why none is needed. */
const unneededFields: ReadonlyMap<string, string> = new Map([
  ["type", "every rule is about private endpoint connections of API Management"],
  ["kind", "private endpoint connections have none"],
  ["identity.type", "private endpoint connections have none"],
  ["connection privatelinkserviceconnectionstate.actionsrequired", "API Management sets none"],
]);

/** The full names of all of Azure's fields for which there is advice. */
export const fieldNamesOfAzure: readonly string[] = [...fieldsOfAzure.keys(), ...unneededFields.keys()].map(
  (name) => {
    const [prefix, of] = prefixes.find(([, each]) => name.startsWith(each)) ?? ["", ""];
    return `${prefix}${name.slice(of.length)}`;
  },
);

const tag = /^tags(\..+|\[.+\])$/is;

/** Advice on a field of Azure Policy; undefined for other names. */
export function azureFieldReplacement(text: string): string | undefined {
  const name = normalisedName(text.toLowerCase());
  const tagged = tag.exec(text)?.[1];
  if (tagged !== undefined) return `write endpoint.tags${tagged}, or service.tags${tagged}`;
  const ours = fieldsOfAzure.get(name);
  if (ours !== undefined) return `write ${ours}`;
  const why = unneededFields.get(name);
  return why === undefined ? undefined : `leave it out: ${why}`;
}

/** The short key of a name. `privateEndpoint.id` and `properties.privateEndpoint.id` are the same as the full alias. */
function normalisedName(name: string): string {
  for (const [prefix, of] of prefixes)
    if (name.startsWith(prefix)) return `${of}${name.slice(prefix.length).replace(/^properties\./, "")}`;
  const bare = name.replace(/^properties\./, "");
  const connection = `connection ${bare}`;
  if (fieldsOfAzure.has(bare) || unneededFields.has(bare)) return bare;
  return fieldsOfAzure.has(connection) || unneededFields.has(connection) ? connection : `service ${bare}`;
}

/** Functions that need another document or that policies do not need, and what to write instead. */
const functionsOfAzure: ReadonlyMap<string, string> = new Map([
  [
    "subscription",
    "write field('endpoint.subscriptionId'), the requester's, or field('service.subscriptionId')",
  ],
  [
    "resourcegroup",
    "write field('endpoint.resourceGroup'), the requester's, or field('service.resourceGroup')",
  ],
  ["managementgroup", "write field('requester.managementGroups')"],
  ["tenant", "write field('requester.tenant'), which is ours or foreign"],
  [
    "requestcontext",
    "use field('endpoint.subscriptionId') and field('requester.managementGroups') for the requester",
  ],
  ["policy", "policies have no assignments here"],
  ["resourceid", "write the id out, or build it with concat()"],
  ["subscriptionresourceid", "write the id out, or build it with concat()"],
  ["tenantresourceid", "write the id out, or build it with concat()"],
  ["extensionresourceid", "write the id out, or build it with concat()"],
  ["reference", "a rule can use only the fields of this connection"],
  ["datetimeadd", "write addDays(), as in Azure Policy"],
  ["variables", "write parameters(), as in Azure Policy"],
]);

const templateOnlyFunctions =
  /^(list\w+|copyindex|deployment|environment|newguid|pickzones|providers|lambda\w*|filter|map|reduce|sort|groupby|toobject|datetimefromepoch|datetimetoepoch)$/;

/** Advice on a function of Azure's; undefined for other names. */
export function azureFunctionReplacement(name: string): string | undefined {
  const wanted = name.toLowerCase();
  const instead = functionsOfAzure.get(wanted);
  if (instead !== undefined) return instead;
  return templateOnlyFunctions.test(wanted) ? "Azure Policy allows it only in templates" : undefined;
}

/** Advice on a function of Azure's in conditions on one resource document. */
export function documentFunctionReplacement(name: string): string | undefined {
  switch (name.toLowerCase()) {
    case "subscription":
      return "it needs another document than the resource's; its id is split(field('id'), '/')[2]";
    case "resourcegroup":
      return "it needs another document than the resource's; its name is split(field('id'), '/')[4]";
    case "managementgroup":
    case "tenant":
    case "requestcontext":
    case "policy":
      return "it needs another document than the resource's";
    default:
      return functionsOfAzure.has(name.toLowerCase()) || templateOnlyFunctions.test(name.toLowerCase())
        ? "a condition can use only one document"
        : undefined;
  }
}
