/** A position in one of the submission's or lab's files. */
export interface Place {
  /** Path relative to the submission (or lab) folder, with forward slashes. */
  file: string;
  /** 1-based; absent when only the file is known. */
  line?: number | undefined;
  /** 1-based, in UTF-16 code units. */
  column?: number | undefined;
}

/** `file`, `file:line` or `file:line:column`, as editors and terminals link it. */
export function formatPlace(place: Place): string {
  if (place.line === undefined) return place.file;
  if (place.column === undefined) return `${place.file}:${place.line}`;
  return `${place.file}:${place.line}:${place.column}`;
}
