/** What GitHub's runner would do because of a line of a step's output. */
export interface WorkflowCommand {
  name: string;
  properties: Record<string, string>;
  data: string;
}

const MODERN = /^::(?<name>[^\s:]+)(?:\s+(?<properties>.*?))?::(?<data>.*)$/;
/** The older form is taken anywhere in a line. */
const OLD = /##\[(?<name>[^\s\]]+)(?:\s+(?<properties>[^\]]*))?\](?<data>.*)$/;

/** Every command in an output, as the runner finds them (actions/runner, ActionCommand.cs). */
export function findWorkflowCommands(output: string): WorkflowCommand[] {
  return output.split(/\r\n|\n|\r/).flatMap((line) => {
    const { name, properties = "", data = "" } = (MODERN.exec(line.trimStart()) ?? OLD.exec(line))?.groups ?? {};
    if (name === undefined) return [];
    const pairs = properties.split(/[,;]/).filter((pair) => pair.includes("="));
    return [
      {
        name,
        properties: Object.fromEntries(
          pairs.map((pair) => [pair.slice(0, pair.indexOf("=")).trim(), decode(pair.slice(pair.indexOf("=") + 1))]),
        ),
        data: decode(data),
      },
    ];
  });
}

/** `error submissions/alice/01-demo/compose.yaml:4 title`: where the page of the changes shows it. */
export function showAnnotation({ name, properties: { file, line, title } }: WorkflowCommand): string {
  const place = file === undefined ? [] : [line === undefined ? file : `${file}:${line}`];
  return [name, ...place, title].join(" ");
}

const ESCAPES: Record<string, string> = { "0A": "\n", "0D": "\r", "25": "%", "2C": ",", "3A": ":" };

function decode(text: string): string {
  return text.replace(/%(0A|0D|25|2C|3A)/g, (_, code: string) => ESCAPES[code] ?? "");
}
