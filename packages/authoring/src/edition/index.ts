export { type Edition, makeEdition } from "./edition.ts";
export { findLeaks, type Leak } from "./leaks.ts";
