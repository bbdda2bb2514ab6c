/** A file of a policy as it was read, under the name by which problems in it are told. */
export interface PolicyText {
  readonly file: string;
  readonly text: string;
}
