import { options } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Whether the page is being printed. What a reader scrolls to has to be in the document then. */
export function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    const begins = () => renderAtOnce(() => setPrinting(true));
    const ends = () => setPrinting(false);
    addEventListener("beforeprint", begins);
    addEventListener("afterprint", ends);
    return () => {
      removeEventListener("beforeprint", begins);
      removeEventListener("afterprint", ends);
    };
  }, []);
  return isPrinting;
}

/** The browser takes the page as it is when the event's handlers return. */
function renderAtOnce(change: () => void): void {
  options.debounceRendering = (render) => render();
  change();
  delete options.debounceRendering;
}
