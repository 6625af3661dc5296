/** What `${{ }}` may ask for: contexts by name, and whether a step before has failed. */
export interface Scope {
  contexts: Record<string, unknown>;
  failed: boolean;
}

const TOKEN = /\s*(?:('(?:[^']|'')*')|([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)(\(\))?|(==|!=|&&|\|\||!|\(|\)))/y;

/** Replaces every `${{ }}` of a text as GitHub does: what is not there becomes nothing. */
export function interpolate(text: string, scope: Scope): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => {
    const value = evaluate(expression, scope);
    return value === null || value === undefined ? "" : String(value);
  });
}

/** Whether a step or job runs: without a status function, only if nothing before it failed. */
export function holds(condition: string | undefined, scope: Scope): boolean {
  if (condition === undefined) return !scope.failed;
  const expression = condition.replace(/^\s*\$\{\{(.*)\}\}\s*$/s, "$1");
  const asksStatus = /\b(always|success|failure|cancelled)\(\)/.test(expression);
  return (asksStatus || !scope.failed) && Boolean(evaluate(expression, scope));
}

/** The part of GitHub's expressions that the project's workflows use; throws for anything else. */
export function evaluate(expression: string, scope: Scope): unknown {
  const tokens = [...cut(expression)];
  let next = 0;
  const take = (text: string) => tokens[next] === text && ++next > 0;

  const either = (): unknown => {
    let left = both();
    while (take("||")) {
      const right = both();
      left = left || right;
    }
    return left;
  };
  const both = (): unknown => {
    let left = comparison();
    while (take("&&")) {
      const right = comparison();
      left = left && right;
    }
    return left;
  };
  const comparison = (): unknown => {
    const left = operand();
    if (take("==")) return same(left, operand());
    if (take("!=")) return !same(left, operand());
    return left;
  };
  const operand = (): unknown => {
    if (take("!")) return !operand();
    if (take("(")) {
      const inner = either();
      if (!take(")")) throw new Error(`expected ) in the expression "${expression}"`);
      return inner;
    }
    const token = tokens[next++];
    if (token === undefined) throw new Error(`the expression "${expression}" ends too early`);
    return lookUp(token, scope);
  };

  const value = either();
  if (next < tokens.length) throw new Error(`found ${tokens[next]} too many in the expression "${expression}"`);
  return value;
}

function* cut(expression: string): Generator<string> {
  const text = expression.trimEnd();
  TOKEN.lastIndex = 0;
  for (let from = 0; from < text.length; from = TOKEN.lastIndex) {
    TOKEN.lastIndex = from;
    const [token] = TOKEN.exec(text) ?? [];
    if (token === undefined)
      throw new Error(`cannot read the expression "${expression}" from "${text.slice(from)}" on`);
    yield token.trim();
  }
}

function lookUp(token: string, { contexts, failed }: Scope): unknown {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (token === "true" || token === "false") return token === "true";
  if (token === "always()") return true;
  if (token === "success()") return !failed;
  if (token === "failure()") return failed;
  if (token === "cancelled()") return false;
  const [context = "", ...path] = token.split(".");
  if (!Object.hasOwn(contexts, context)) throw new Error(`the runner of these tests does not know ${token}`);
  return path.reduce<unknown>(
    (value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    contexts[context],
  );
}

/** GitHub compares texts without regard to case. */
function same(left: unknown, right: unknown): boolean {
  if (typeof left === "string" && typeof right === "string") return left.toLowerCase() === right.toLowerCase();
  return left === right;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
