/** One source of packages, as apt's one-line and deb822 files have it. */
export interface AptSource {
  uri: string;
  suite: string;
  components: string[];
  /** Path of the key file, where one is named. */
  signedBy: string | undefined;
}

export const DEFAULT_MIRROR = "http://deb.debian.org/debian";
const DEBIAN_SUITES = /^(stable|oldstable|testing|unstable|sid|bullseye|bookworm|trixie|forky|duke)(-updates)?$/;

/** Reads one sources file; `deb822` is the form of files that end in `.sources`. Disabled entries are left out. */
export function parseSources(text: string, deb822: boolean): AptSource[] {
  return deb822 ? parseStanzas(text) : text.split("\n").flatMap(parseLine);
}

function parseLine(line: string): AptSource[] {
  const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
  if (match === null) return [];
  const [, options = "", uri = "", suite = "", components = ""] = match;
  const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1];
  return [{ uri: trimSlash(uri), suite, components: words(components), signedBy }];
}

function parseStanzas(text: string): AptSource[] {
  const lines = text.split("\n").filter((line) => !line.startsWith("#"));
  return lines
    .join("\n")
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const fields = new Map<string, string>();
      for (const match of stanza.matchAll(/^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm)) {
        fields.set((match[1] ?? "").toLowerCase(), (match[2] ?? "").trim());
      }
      if (!words(fields.get("types")).includes("deb") || /^no$/i.test(fields.get("enabled") ?? "")) return [];
      const signedBy = fields.get("signed-by");
      return words(fields.get("uris")).flatMap((uri) =>
        words(fields.get("suites")).map((suite) => ({
          uri: trimSlash(uri),
          suite,
          components: words(fields.get("components")),
          // A key written out in full is of no use as a path.
          signedBy: signedBy?.startsWith("/") ? signedBy : undefined,
        })),
      );
    });
}

/** The machine's own Debian mirror, or undefined where it has none (Ubuntu, other systems). */
export function findDebianMirror(sources: AptSource[]): AptSource | undefined {
  return sources.find((source) => DEBIAN_SUITES.test(source.suite) && source.components.includes("main"));
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter((word) => word !== "");
}

function trimSlash(uri: string): string {
  return uri.replace(/\/+$/, "");
}
