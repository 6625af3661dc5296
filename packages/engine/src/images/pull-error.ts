import { faultError, type LabError } from "@compose-labs/lab";
import { describeError } from "../faults.ts";

interface PullRule {
  pattern: RegExp;
  code: string;
  found: string;
  hint: string;
}

const INSTEAD = "or make stand-ins (`grader images build`) or load a bundle (`grader images load <file>`)";

/** In the order in which they are tried; what engines say when a registry does not give an image. */
const RULES: PullRule[] = [
  {
    pattern: /no space left on device/i,
    code: "DISK_FULL",
    found: "the engine's disk is full",
    hint: "Free space where the engine keeps its data (`docker system df` shows what uses it), then try again.",
  },
  {
    pattern: /toomanyrequests|rate limit|\b429\b/i,
    code: "RATE_LIMITED",
    found: "the registry has counted too many pulls from this address",
    hint: `Log in (\`docker login\`) for a higher limit, wait some hours, ${INSTEAD}.`,
  },
  {
    pattern: /unauthorized|access denied|authentication required|denied:|\b40[13]\b/i,
    code: "IMAGE_UNAVAILABLE",
    found: "the registry refuses it",
    hint: `Check the spelling and your login (\`docker login\`), ${INSTEAD}.`,
  },
  {
    pattern: /manifest (for \S+ )?(unknown|not found)|not found: manifest|no matching manifest|\b404\b/i,
    code: "IMAGE_UNAVAILABLE",
    found: "the registry has no such image for this machine",
    hint: `Check the reference in labs/images.yaml, ${INSTEAD}.`,
  },
  {
    pattern:
      /no such host|dial tcp|i\/o timeout|timeout|deadline exceeded|connection (refused|reset)|network is unreachable|temporary failure|server misbehaving|EOF|x509|certificate|\b50[0-9]\b/i,
    code: "REGISTRY_UNREACHABLE",
    found: "no registry answers",
    hint: `Check the network of this machine and of the engine, ${INSTEAD}.`,
  },
];

/** The fault behind a failed pull of `reference`, from what the engine said. */
export function explainPull(reference: string, error: unknown): LabError {
  const text = describeError(error);
  const rule = RULES.find(({ pattern }) => pattern.test(text));
  const said = text
    .replace(/^\(HTTP code \d+\) [a-z ]+ - /, "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 300);
  if (rule === undefined) {
    return faultError("IMAGE_UNAVAILABLE", `cannot pull ${reference}: ${said}`, {
      hint: `Try \`docker pull ${reference}\` by hand, ${INSTEAD}.`,
      cause: error,
    });
  }
  return faultError(rule.code, `cannot pull ${reference}: ${rule.found} (${said})`, { hint: rule.hint, cause: error });
}
