/** Methods that run a program in a container. */
export const IN_CONTAINER = /^(exec|execAll|run)$/;

const LOOKS =
  "exec|execAll|logs|list|facts|history|containers|inspect|ports|mounts|networks|changes|processes|listeners|interfaces|timeline";
/** Methods that only answer: who looks at nothing of the answer has demanded nothing. */
export const ANSWERS = new RegExp(`^(${LOOKS}|read|exists)$`);
/** A call, as `words`, whose answer is never missing: it is there, or the check has failed by then. */
export const ALWAYS_ANSWERS = new RegExp(`\\. (${LOOKS}|http|run) \\( .*\\)$`);
/** A call, as `words`, that another try may answer otherwise. */
export const ASKED_ANEW = new RegExp(`\\. (${LOOKS}|read|exists|http|run|canReach|resolves) \\(`);
