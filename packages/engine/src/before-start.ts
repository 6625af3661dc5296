/** What a grading needs before there is anything to start: a refused submission loads no more of this package. */
export { openLease } from "./janitor/lease.ts";
export { leasesDirectory } from "./janitor/leases-directory.ts";
export { findComposeTools } from "./tools.ts";
