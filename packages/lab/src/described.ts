import * as v from "valibot";

/** Adds the sentence that the JSON Schema, and so an editor, shows at the key. */
export function described<S extends v.GenericSchema>(schema: S, description: string) {
  return v.pipe(schema, v.description(description));
}
