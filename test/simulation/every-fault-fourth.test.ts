import { injectEveryFault } from "./every-fault-in.ts";

injectEveryFault("fourth");
