import type { NewCheck } from "./checks-text.ts";

/** A lab as its kind makes it; the files that all labs have are written from it. Lists are YAML already. */
export interface NewLab {
  manifest: {
    concepts: string[];
    minutes: number;
    files: string[];
    required: string[];
    given: string[];
    images: string[];
    /** Why the lab lifts `ports.publish`. */
    reason: string;
  };
  checks: NewCheck[];
  /** What checks.ts imports. */
  imports: string;
  /** The task from its goal to the heading of the rubric. */
  task: string;
  files: Record<string, string>;
  mutants: [name: string, misconception: string, kills: string][];
}
