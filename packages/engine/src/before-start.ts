/** What a grading needs before there is anything to start: a refused submission loads no more of this package. */
export { openLease } from "./janitor/lease.ts";
export { leasesDirectory, userDirectory } from "./janitor/leases-directory.ts";
export { openOwnFolder } from "./janitor/own-folder.ts";
export { findComposeTools } from "./tools.ts";
