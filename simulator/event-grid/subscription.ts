/** A webhook that receives the events of an Azure subscription. */
export interface EventSubscription {
  /** The id of the Azure subscription. */
  readonly source: string;
  readonly endpoint: string;
  readonly schema: "EventGridSchema" | "CloudEventSchemaV1_0";
  /** The operations to deliver, like an advanced filter on `data.operationName`; all of them if omitted. */
  readonly operations?: RegExp;
}
