import { everyFaultIn } from "./every-fault-in.ts";

everyFaultIn("even");
