/** By rule: where a case that allows another choice meets a policy that makes one, and why. None so far. */
export const JUDGED_OTHERWISE: Readonly<Record<string, string>> = {};
