/** The text of a policy file, and the name under which its problems are reported. */
export interface PolicyText {
  readonly file: string;
  readonly text: string;
}
