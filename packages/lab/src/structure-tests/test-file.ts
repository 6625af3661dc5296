import { type Decoder, flag, listOf, record, text, whole } from "./decode.ts";

const variable = record({ key: text, value: text, isRegex: flag });
const commands = listOf(text);

const commandTest = record({
  name: text,
  setup: listOf(commands),
  teardown: listOf(commands),
  envVars: listOf(variable),
  exitCode: whole,
  command: text,
  args: listOf(text),
  expectedOutput: listOf(text),
  excludedOutput: listOf(text),
  expectedError: listOf(text),
  excludedError: listOf(text),
});

const fileExistenceTest = record({
  name: text,
  path: text,
  shouldExist: flag,
  permissions: text,
  uid: whole,
  gid: whole,
  isExecutableBy: text,
});

const fileContentTest = record({
  name: text,
  path: text,
  expectedContents: listOf(text),
  excludedContents: listOf(text),
});

const metadataTest = record({
  envVars: listOf(variable),
  unboundEnvVars: listOf(variable),
  exposedPorts: listOf(text),
  unexposedPorts: listOf(text),
  entrypoint: listOf(text),
  cmd: listOf(text),
  workdir: text,
  volumes: listOf(text),
  unmountedVolumes: listOf(text),
  labels: listOf(variable),
  user: text,
});

const licenseTest = record({ debian: flag, files: listOf(text) });

const containerRunOptions = record({
  user: text,
  privileged: flag,
  allocateTty: flag,
  envFile: text,
  envVars: listOf(text),
  capabilities: listOf(text),
  bindMounts: listOf(text),
});

export const wholeFile = record({
  schemaVersion: text,
  globalEnvVars: listOf(variable),
  commandTests: listOf(commandTest),
  fileExistenceTests: listOf(fileExistenceTest),
  fileContentTests: listOf(fileContentTest),
  metadataTest,
  licenseTests: listOf(licenseTest),
  containerRunOptions,
});

type Of<D> = D extends Decoder<infer T> ? T : never;
export type Variable = Of<typeof variable>;
export type CommandTest = Of<typeof commandTest>;
export type FileExistenceTest = Of<typeof fileExistenceTest>;
export type FileContentTest = Of<typeof fileContentTest>;
export type MetadataTest = Of<typeof metadataTest>;
export type LicenseTest = Of<typeof licenseTest>;
export type ContainerRunOptions = Of<typeof containerRunOptions>;

/** A file of tests as it is written; what is not written is absent, but for the defaults of its format. */
export interface StructureTestFile {
  globalEnvVars: Variable[];
  commandTests: CommandTest[];
  fileExistenceTests: FileExistenceTest[];
  fileContentTests: FileContentTest[];
  metadataTest: MetadataTest;
  licenseTests: LicenseTest[];
  containerRunOptions: ContainerRunOptions;
}
