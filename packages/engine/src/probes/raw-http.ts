/** One HTTP/1.1 request and its answer as bytes, for connections that no client library can make. */

export interface RawRequest {
  host: string;
  path: string;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
}

export const BODY_CAP = 65_536;
/** Bytes read at most: the body's cap, room for chunk sizes and the head. */
export const READ_CAP = BODY_CAP + 16_384;

export function writeRequest(request: RawRequest): Buffer {
  const body = Buffer.from(request.body ?? "");
  const headers: Record<string, string> = { host: request.host, accept: "*/*" };
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  headers.connection = "close";
  if (request.body !== undefined) headers["content-length"] = String(body.length);
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${request.method} ${request.path} HTTP/1.1\r\n${head.join("")}\r\n`), body]);
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Cut at the cap. */
  truncated: boolean;
  /** False when the connection ended before the body that the head announced. */
  whole: boolean;
}

/** Undefined when the bytes are not an HTTP answer, or one whose head did not end. */
export function parseAnswer(bytes: Buffer, method = "GET"): RawAnswer | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1];
  if (status === undefined) return undefined;
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const at = line.indexOf(":");
    if (at <= 0) continue;
    const name = line.slice(0, at).trim().toLowerCase();
    const value = line.slice(at + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  const rest = bytes.subarray(end + 4);
  if (status === "100") return parseAnswer(rest, method);
  const chunked = /\bchunked\b/i.test(headers["transfer-encoding"] ?? "");
  const read = chunked ? joinChunks(rest) : { data: rest, complete: isComplete(rest, headers) };
  const truncated = read.data.length > BODY_CAP || (!read.complete && bytes.length >= READ_CAP);
  const bodiless = method === "HEAD" || status === "204" || status === "304";
  return {
    status: Number(status),
    headers,
    body: read.data.subarray(0, BODY_CAP).toString("utf8"),
    truncated,
    whole: read.complete || truncated || bodiless,
  };
}

function isComplete(body: Buffer, headers: Record<string, string>): boolean {
  const length = headers["content-length"];
  return length === undefined || body.length >= Number(length);
}

function joinChunks(bytes: Buffer): { data: Buffer; complete: boolean } {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return { data: Buffer.concat(parts), complete: false };
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString("latin1"), 16);
    if (Number.isNaN(size) || size === 0) return { data: Buffer.concat(parts), complete: size === 0 };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
    if (at > bytes.length) return { data: Buffer.concat(parts), complete: false };
  }
}
