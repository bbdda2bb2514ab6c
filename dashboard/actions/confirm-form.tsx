import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Progress } from "./act.ts";
import { Foreign } from "../parts/text.tsx";

interface ConfirmFormProps {
  readonly children: ComponentChildren;
  /** What the button that does it says. */
  readonly confirm: string;
  readonly canConfirm: boolean;
  readonly isDangerous?: boolean;
  readonly progress: Progress<unknown>;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** A form that says what will be done, and does it once it is confirmed. A failure is shown where the person looks. */
export function ConfirmForm({
  children,
  confirm,
  canConfirm,
  isDangerous = false,
  progress,
  onConfirm,
  onCancel,
}: ConfirmFormProps) {
  const isRunning = progress.kind === "running";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onConfirm();
      }}
    >
      {children}
      {progress.kind === "failed" ? (
        <p class="notice bad" role="alert">
          <Foreign text={progress.why} />
        </p>
      ) : null}
      <footer class="actions">
        <button
          type="submit"
          class={isDangerous ? "primary danger" : "primary"}
          disabled={!canConfirm || isRunning}
        >
          {isRunning ? "Recording …" : confirm}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </footer>
    </form>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isLong?: boolean;
}

const textMax = 500;

export function TextField({ label, value, onChange, isLong = false }: TextFieldProps) {
  const field = useId();
  const given = { id: field, required: true, maxLength: textMax, value };
  return (
    <div>
      <label for={field}>{label}</label>
      {isLong ? (
        <textarea {...given} rows={3} onInput={(event) => onChange(event.currentTarget.value)} />
      ) : (
        <input {...given} onInput={(event) => onChange(event.currentTarget.value)} />
      )}
    </div>
  );
}
