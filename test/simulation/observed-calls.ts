import type { ConnectionId } from "../../src/lib/azure/resource-id.ts";
import type {
  Connection,
  Endpoint,
  FinalState,
  PutOutcome,
  Service,
} from "../../src/lib/connections/azure-connections.ts";
import type { Read } from "../../src/lib/estate/read.ts";
import type { Running } from "./run.ts";

/** A PUT that the app sent. */
export interface Put {
  readonly at: number;
  readonly id: string;
  readonly state: FinalState;
  readonly decision?: string;
  /** Azure's answer; undefined until it arrives. */
  outcome?: PutOutcome["kind"];
}
/** A read that Azure answered. */
export interface Seen<T> {
  readonly at: number;
  readonly invocation: number;
  readonly id: string;
  readonly read: Read<T>;
}

/** What the app read and sent in a run. */
export interface ObservedCalls {
  readonly puts: Put[];
  readonly connections: Seen<Connection>[];
  readonly endpoints: Seen<Endpoint>[];
  readonly services: Seen<Service>[];
  /** Connections that the app has not read since their last PUT. */
  readonly unreadSincePut: Set<string>;
  /** The states that were asked for, by connection, fingerprint and policy. */
  readonly asked: Map<string, Set<FinalState>>;
}

const observedByRun = new WeakMap<Running, ObservedCalls>();

export function observedCallsOf(running: Running): ObservedCalls {
  const found = observedByRun.get(running) ?? {
    puts: [],
    connections: [],
    endpoints: [],
    services: [],
    unreadSincePut: new Set(),
    asked: new Map(),
  };
  observedByRun.set(running, found);
  return found;
}

/** A PUT that is about to be sent, and how to report what it breaks. */
export interface PutCheck {
  readonly running: Running;
  readonly observed: ObservedCalls;
  readonly id: ConnectionId;
  readonly state: FinalState;
  readonly violated: (invariant: string, what: string) => void;
}
