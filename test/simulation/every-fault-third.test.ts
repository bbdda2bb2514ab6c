import { strikeEveryFault } from "./every-fault-in.ts";

strikeEveryFault("third");
