import { render } from "preact";
import { watchForReturn } from "./api/feed.ts";
import { App } from "./app.tsx";
import { returnToPlace } from "./kept-place.ts";

const root = document.getElementById("page");
if (root === null) throw new Error("the document has no element for the page");
watchForReturn();
returnToPlace();
render(<App signInUrl={root.dataset.signIn} />, root);
