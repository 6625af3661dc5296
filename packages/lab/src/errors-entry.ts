/** Errors and places alone: what a command line needs before it knows which command it runs. */
export * from "./errors.ts";
export * from "./place.ts";
