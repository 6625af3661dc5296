import type { Operator } from "./operator.ts";
import { commandOperators, environmentOperators } from "./operators/commands.ts";
import { configurationOperators } from "./operators/configuration.ts";
import { dependencyOperators } from "./operators/dependencies.ts";
import { dockerfileCommandOperators } from "./operators/dockerfile-commands.ts";
import { dockerfileFileOperators } from "./operators/dockerfile-files.ts";
import { dockerfileLifecycleOperators } from "./operators/dockerfile-lifecycle.ts";
import { dockerfileSettingOperators } from "./operators/dockerfile-settings.ts";
import { endOperators } from "./operators/ends.ts";
import { healthOperators } from "./operators/health.ts";
import { healthPaceOperators } from "./operators/health-pace.ts";
import { ignoreOperators } from "./operators/ignore-files.ts";
import { limitOperators } from "./operators/limits.ts";
import { logOperators } from "./operators/logs.ts";
import { networkOperators } from "./operators/networks.ts";
import { portOperators } from "./operators/ports.ts";
import { keyOperators, serviceOperators } from "./operators/services.ts";
import { volumeOperators } from "./operators/volumes.ts";

/** Every operator. Where two come to the same text, the first one has it: the general ones are last. */
export const OPERATORS: readonly Operator[] = [
  ...serviceOperators,
  ...networkOperators,
  ...portOperators,
  ...volumeOperators,
  ...dependencyOperators,
  ...healthOperators,
  ...healthPaceOperators,
  ...environmentOperators,
  ...commandOperators,
  ...limitOperators,
  ...endOperators,
  ...logOperators,
  ...keyOperators,
  ...dockerfileCommandOperators,
  ...dockerfileSettingOperators,
  ...dockerfileLifecycleOperators,
  ...dockerfileFileOperators,
  ...ignoreOperators,
  ...configurationOperators,
];
