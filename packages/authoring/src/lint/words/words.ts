/** Names and numbers that a message is filled with. */
export type Args = Record<string, string | number>;

/** A finding in words: what was found and expected, without a full stop, and what to do, in whole sentences. */
export interface Words {
  message: string;
  remedy: string;
  /** `grader lint --fix` mends it. */
  fixable?: true;
}

/** The words of one code; its parameter says which arguments a rule must give. */
export type Say<A extends Args> = (args: A) => Words;
