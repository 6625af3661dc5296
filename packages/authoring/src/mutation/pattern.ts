/** A text as the source of a regular expression that matches it. */
export function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Whether a word means a mutant: its id, the id of its operator, or either with `*` for any text. */
export function means(word: string): (mutant: { id: string; operator: { id: string } }) => boolean {
  const expression = new RegExp(`^${word.split("*").map(literally).join(".*")}$`, "s");
  return ({ id, operator }) => expression.test(id) || expression.test(operator.id);
}
