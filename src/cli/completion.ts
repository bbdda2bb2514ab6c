import { defineCommand, type Command } from "./command.ts";
import { exitCodes, UsageError } from "./exit-codes.ts";
import { isFlag, type OptionSpec } from "./options.ts";

const shells = ["bash", "zsh"] as const;

/**
 * The command that prints completions of the others; it is made from them, so that it cannot be older than they are.
 */
export function completionOf(others: readonly Command[]): Command {
  return defineCommand({
    name: "completion",
    summary: "print the completion of a shell",
    usage: ["completion bash|zsh"],
    description: "Completes commands, options and the values of options that have a list of them.",
    options: {},
    examples: ["completion bash > ~/.local/share/bash-completion/completions/drawbridge", "completion zsh"],
    exit: { success: "the completion was printed" },
    run: ({ paths: [name, ...more] }, { out }) => {
      const shell = shells.find((each) => each === name);
      if (shell === undefined || more.length > 0)
        throw new UsageError(`name one shell: ${shells.map((each) => `completion ${each}`).join(" or ")}`);
      const script = bash(completionsOf(others));
      out(shell === "bash" ? script : zsh(script));
      return exitCodes.success;
    },
  });
}

/** What may follow these words: a word of the list, or else a file. */
interface Completion {
  readonly after: string;
  readonly words: readonly string[];
  readonly files: boolean;
}

/** What may follow nothing, a command, and an option of a command. */
function completionsOf(commands: readonly Command[]): readonly Completion[] {
  const names = [...commands.map(({ name }) => name), "completion", "help"];
  return [
    { after: "", words: names, files: false },
    { after: "help", words: names, files: false },
    { after: "completion", words: shells, files: false },
    ...commands.flatMap(completionsOfCommand),
  ];
}

function completionsOfCommand({ name, options, words = [], noPaths }: Command): Completion[] {
  const all = {
    words: [...words, ...[...Object.keys(options), "help"].map((each) => `--${each}`)],
    files: noPaths === undefined && words.length === 0,
  };
  const values = Object.entries(options).map(([option, spec]) => ({
    after: `${name} --${option}`,
    ...(isFlag(spec) ? all : valuesOf(spec)),
  }));
  return [{ after: name, ...all }, ...values];
}

/** A placeholder names what the value is: `<file or folder>`, `<path or app>`, `<instant>`. */
function valuesOf({ choices, value = "" }: OptionSpec): Pick<Completion, "words" | "files"> {
  const words = choices ?? (value.includes("or app") ? ["app"] : []);
  return { words, files: choices === undefined && /file|folder|path/.test(value) };
}

function bash(completions: readonly Completion[]): string {
  const cases = completions.map(
    ({ after, words, files }) =>
      `    ${JSON.stringify(after)}) words=${JSON.stringify(words.join(" "))}${files ? " files=yes" : ""} ;;`,
  );
  return `_drawbridge() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" after words="" files=""
  if [ "$COMP_CWORD" -eq 1 ]; then after=""
  elif [[ "$before" == --* && "$word" != --* ]]; then after="\${COMP_WORDS[1]} $before"
  else after="\${COMP_WORDS[1]}"
  fi
  case "$after" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  if [ -n "$files" ] && [ "\${#COMPREPLY[@]}" -eq 0 ]; then
    # Names may hold blanks, which the shell then quotes.
    local IFS=$'\\n'
    COMPREPLY=($(compgen -f -- "$word"))
    compopt -o filenames 2> /dev/null
  fi
  return 0
}
complete -F _drawbridge drawbridge
`;
}

/** zsh runs the file when it completes for the first time, and expects the completion itself then. */
function zsh(script: string): string {
  return `#compdef drawbridge
autoload -U +X bashcompinit && bashcompinit
${script}if [ "\${funcstack[1]}" = "_drawbridge" ]; then _bash_complete -F _drawbridge; fi
`;
}
