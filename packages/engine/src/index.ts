export { connectEngine, type Engine } from "./connect.ts";
export { DeadlineClock } from "./deadline-clock.ts";
export type { EngineFacts } from "./engine-facts.ts";
export { openImageSubject } from "./handles/image-subject.ts";
export { loadBundle, saveBundle } from "./images/bundle.ts";
export {
  type Catalogue,
  type CatalogueImage,
  listReferences,
  loadCatalogue,
} from "./images/catalogue.ts";
export { type ImageStatus, inspectImages, requireImages } from "./images/image-status.ts";
export type { ImageWork } from "./images/image-work.ts";
export { provideImages } from "./images/provide.ts";
export { pullImages } from "./images/pull.ts";
export { buildStandIns } from "./images/stand-ins.ts";
export type { Removed } from "./janitor/clear-label.ts";
export { addressOf, type EngineAddress } from "./janitor/engine-address.ts";
export type { Lease, LeaseOptions } from "./janitor/lease.ts";
export { removeRun } from "./janitor/remove-run.ts";
export { type SweepOptions, type SweepReport, type SweptRun, sweep } from "./janitor/sweep.ts";
export type { RunOptions, StackRun } from "./run.ts";
export { installPackages } from "./setup/apt.ts";
export { type DoctorItem, examine } from "./setup/doctor.ts";
export type { DoctorInputs } from "./setup/doctor-facts.ts";
export { type EngineSetup, type EnsureEngineOptions, ensureEngine } from "./setup/ensure-engine.ts";
export { readMachineFacts } from "./setup/machine-facts.ts";
export type { Adversity } from "./stack/adversity.ts";
export type { ComposeTools } from "./tools.ts";
