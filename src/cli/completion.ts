import { defineCommand, type Command } from "./command.ts";
import { exitCodes, UsageError } from "./exit-codes.ts";
import { isFlag, type OptionSpecs } from "./options.ts";

const shells = ["bash", "zsh"] as const;

/** The command that prints completions of the others; it is made from them, so that it cannot be older than they are. */
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
      const words = wordsOf(others);
      out(
        shell === "bash"
          ? bash(words)
          : `#compdef drawbridge\nautoload -U +X bashcompinit && bashcompinit\n${bash(words)}`,
      );
      return exitCodes.success;
    },
  });
}

/** What may follow: after nothing, after a command, and after an option of a command. */
function wordsOf(commands: readonly Command[]): readonly (readonly [after: string, words: string])[] {
  const names = [...commands.map(({ name }) => name), "completion", "help"];
  return [
    ["", names.join(" ")],
    ["help", names.join(" ")],
    ["completion", shells.join(" ")],
    ...commands.flatMap(({ name, options }) => wordsOfCommand(name, options)),
  ];
}

function wordsOfCommand(name: string, options: OptionSpecs): (readonly [after: string, words: string])[] {
  const all = [...Object.keys(options), "help"].map((each) => `--${each}`).join(" ");
  const values = Object.entries(options).map(
    ([option, spec]) =>
      [`${name} --${option}`, isFlag(spec) ? all : (spec.choices?.join(" ") ?? "")] as const,
  );
  return [[name, all], ...values];
}

/** Where no word fits, files do: as the value of an option without a list, and as a path. */
function bash(words: readonly (readonly [after: string, words: string])[]): string {
  const cases = words.map(
    ([after, list]) => `    ${JSON.stringify(after)}) words=${JSON.stringify(list)} ;;`,
  );
  return `_drawbridge() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" after words
  if [ "$COMP_CWORD" -eq 1 ]; then after=""
  elif [[ "$before" == --* && "$word" != --* ]]; then after="\${COMP_WORDS[1]} $before"
  else after="\${COMP_WORDS[1]}"
  fi
  case "$after" in
${cases.join("\n")}
    *) words="" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  if [ "\${#COMPREPLY[@]}" -eq 0 ]; then COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -F _drawbridge drawbridge
`;
}
