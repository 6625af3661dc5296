import manifest from "../../package.json" with { type: "json" };

export const GRADER_VERSION: string = manifest.version;
