/** Where a file of the repository stands in the course's layout, such as `submissions/{student}/{lab}`. */
export type Position =
  | { at: "submission"; student: string; lab: string; folder: string; rest: string }
  /** Among the submissions and in none of them; the student where the path names one. */
  | { at: "between"; student: string | undefined }
  | { at: "outside" };

export function positionOf(layout: string, path: string): Position {
  const places = layout.split("/");
  const parts = path.split("/");
  const named = new Map<string, string>();
  const first = places.findIndex(isPlaceholder);
  for (const [index, place] of places.entries()) {
    const part = parts[index];
    if (part === undefined || (!isPlaceholder(place) && part !== place)) {
      return index < first ? { at: "outside" } : { at: "between", student: named.get("{student}") };
    }
    // What ends the path is a file, and no student's folder.
    if (isPlaceholder(place) && index < parts.length - 1) named.set(place, part);
  }
  const [student, lab = ""] = [named.get("{student}"), named.get("{lab}")];
  const rest = parts.slice(places.length).join("/");
  if (rest === "" || student === undefined) return { at: "between", student };
  return { at: "submission", student, lab, folder: parts.slice(0, places.length).join("/"), rest };
}

const isPlaceholder = (place: string) => place.startsWith("{");

/** The folder of a submission; `<lab>` and `<student>` may stand for what is not known. */
export function folderOf(layout: string, student: string, lab: string): string {
  return layout.replace("{student}", () => student).replace("{lab}", () => lab);
}

/** GitHub's logins are the same in capitals and small letters. */
export const isSameLogin = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
