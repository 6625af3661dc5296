import { LABEL_PREFIX } from "@compose-labs/lab";

/** On every stand-in image: the reference it stands in for. */
export const STAND_IN_LABEL = `${LABEL_PREFIX}stand-in`;
