// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the tests spell variables so.

/** One test of a file with the verdict that it gets on the image of `structure-test-image.ts`. */
export interface StructureCase {
  /** What the case shows; also the test's name. */
  rule: string;
  /** The file's key that the test stands under. */
  kind: "commandTests" | "fileExistenceTests" | "fileContentTests" | "metadataTest" | "licenseTests";
  /** The test in YAML's flow style, without its name. */
  test: string;
  passes: boolean;
}

type Row = [rule: string, test: string, passes: boolean];
const of = (kind: StructureCase["kind"], rows: Row[]): StructureCase[] =>
  rows.map(([rule, test, passes]) => ({ rule, kind, test, passes }));

export const COMMAND_CASES = of("commandTests", [
  ["the entry point is not run", "{command: echo, args: [hi], expectedOutput: ['^hi\\n$']}", true],
  ["an expression is not anchored", "{command: echo, args: [one two], expectedOutput: [ne t]}", true],
  [
    "`^` is the start of the text, not of a line",
    "{command: cat, args: [/app/data.txt], expectedOutput: ['^two']}",
    false,
  ],
  ["`(?m)` makes it the start of a line", "{command: cat, args: [/app/data.txt], expectedOutput: ['(?m)^two']}", true],
  ["`.` is no line's end", "{command: cat, args: [/app/data.txt], expectedOutput: ['one.two']}", false],
  ["RE2 has no look-ahead", "{command: echo, args: [hi], expectedOutput: ['h(?=i)']}", false],
  ["a broken expression fails in an excluded list too", "{command: echo, args: [hi], excludedOutput: ['[']}", false],
  ["every expected expression must match", "{command: echo, args: [hi], expectedOutput: [hi, ho]}", false],
  ["an excluded expression must not match", "{command: echo, args: [hi], excludedOutput: [h]}", false],
  ["stdout is not stderr", "{command: echo, args: [hi], expectedError: [hi], excludedOutput: [nothing]}", false],
  [
    "stderr is asked by itself",
    "{command: sh, args: [-c, 'echo no >&2'], expectedError: [no], excludedOutput: [no]}",
    true,
  ],
  ["the exit code is 0 if none is named", "{command: 'false'}", false],
  ["another exit code can be expected", "{command: sh, args: [-c, exit 3], exitCode: 3}", true],
  ["a builtin of a shell is no program", "{command: cd, args: [/], exitCode: 127}", false],
  ["a program that is missing fails whatever the exit code", "{command: no-such-program, exitCode: 127}", false],
  ["the working directory is the image's", "{command: pwd, expectedOutput: ['^/app\\n$']}", true],
  ["the user is the image's", "{command: id, args: [-u], expectedOutput: ['^1000\\n$']}", true],
  [
    "`$NAME` comes from the image",
    "{command: echo, args: ['$GREETING ${GREETING}s'], expectedOutput: [hello hellos]}",
    true,
  ],
  ["there is no escape for `$`", "{command: echo, args: ['a$$b'], expectedOutput: ['^ab\\n$']}", true],
  ["what is not set becomes nothing", "{command: echo, args: ['a${NOT_SET}b'], expectedOutput: ['^ab\\n$']}", true],
  ["a `$` before anything else stays", "{command: echo, args: ['5$ $.'], expectedOutput: ['^5\\$ \\$\\.\\n$']}", true],
  ["an expression is not expanded", "{command: echo, args: [hello], expectedOutput: ['^$GREETING']}", false],
  [
    "a number in `args` is text as it is written",
    "{command: echo, args: [1.10], expectedOutput: ['^1\\.10\\n$']}",
    true,
  ],
  ["`envVars` are set", "{command: env, envVars: [{key: OWN, value: x}], expectedOutput: ['(?m)^OWN=x$']}", true],
  [
    "`envVars` are not expanded for the command",
    "{command: env, envVars: [{key: OWN, value: $APP}], expectedOutput: ['OWN=\\$APP']}",
    true,
  ],
  [
    "`envVars` are not seen by the words of the command",
    "{command: echo, envVars: [{key: OWN, value: x}], args: ['[$OWN]'], expectedOutput: ['\\[\\]']}",
    true,
  ],
  ["a variable needs a value", "{command: env, envVars: [{key: OWN, value: ''}]}", false],
  ["a command is needed", "{args: [hi]}", false],
  [
    "a word may hold quotes and lines",
    '{command: echo, args: ["it\'s\\n\\"so\\""], expectedOutput: ["it\'s\\n\\"so\\""]}',
    true,
  ],
  ["a command may be a path", "{command: /bin/echo, args: [hi], expectedOutput: [hi]}", true],
  ["without expectations only the exit code counts", "{command: 'true'}", true],
  [
    "an exit code that is not expected fails, whatever the output",
    "{command: sh, args: [-c, echo hi; exit 3], expectedOutput: [hi]}",
    false,
  ],
  ["expressions are asked one by one", "{command: cat, args: [/app/data.txt], expectedOutput: [two, one]}", true],
  [
    "`$` is the end of the text, behind its last line's end",
    "{command: echo, args: [hi], expectedOutput: ['^hi$']}",
    false,
  ],
  ["capitals are other letters", "{command: echo, args: [hi], expectedOutput: [HI]}", false],
  ["`(?i)` makes them the same", "{command: echo, args: [hi], expectedOutput: ['(?i)HI']}", true],
  ["classes are those of RE2", "{command: echo, args: [v1.2], expectedOutput: ['^v\\d\\.[[:digit:]]\\s$']}", true],
  ["RE2 has no way back", "{command: echo, args: [hoho], expectedOutput: ['(ho)\\1']}", false],
  ["an expected error must match", "{command: sh, args: [-c, 'echo no >&2'], expectedError: ['yes']}", false],
  ["an excluded error must not match", "{command: sh, args: [-c, 'echo no >&2'], excludedError: ['no']}", false],
  [
    "a script may have several lines",
    '{command: sh, args: [-c, "echo hello &&\\necho world"], expectedOutput: ["hello\\nworld"]}',
    true,
  ],
]);

/** Those that leave something behind, or that have a container of their own. */
export const SETUP_CASES = of("commandTests", [
  ["`setup` is there for the command", "{setup: [[touch, /tmp/a]], command: ls, args: [/tmp/a]}", true],
  [
    "each line of `setup` finds the one before",
    "{setup: [[mkdir, /tmp/d], [touch, /tmp/d/f]], command: ls, args: [/tmp/d/f]}",
    true,
  ],
  ["the exit code of `setup` does not matter", "{setup: [['false']], command: 'true'}", true],
  ["a program of `setup` that is missing fails", "{setup: [[no-such-program]], command: 'true'}", false],
  ["an empty line of `setup` fails", "{setup: [[]], command: 'true'}", false],
  [
    "`envVars` are expanded for `setup`",
    "{setup: [[sh, -c, 'echo $OWN >/tmp/o']], envVars: [{key: OWN, value: $APP}], command: cat, args: [/tmp/o], expectedOutput: ['^/app\\n$']}",
    true,
  ],
  [
    "a shell's `$` in `setup` is the shell's",
    "{setup: [[sh, -c, 'env >/tmp/o']], envVars: [{key: OWN, value: $APP}], command: cat, args: [/tmp/o], expectedOutput: ['OWN=/app']}",
    true,
  ],
  [
    "with `setup`, `envVars` are seen by the words",
    "{setup: [['true']], envVars: [{key: OWN, value: x}], command: echo, args: ['[$OWN]'], expectedOutput: ['\\[x\\]']}",
    true,
  ],
  [
    "what `setup` prints is no output of the command",
    "{setup: [[echo, noise]], command: echo, args: [hi], expectedOutput: ['^hi\\n$']}",
    true,
  ],
  ["with a `setup` another exit code can be expected", "{setup: [['true']], command: 'false', exitCode: 1}", true],
  [
    "with a `setup` a program that is missing fails, too",
    "{setup: [['true']], command: no-such-program, exitCode: 127}",
    false,
  ],
  [
    "with a `setup` the user is the image's",
    "{setup: [['true']], command: id, args: [-u], expectedOutput: ['^1000\\n$']}",
    true,
  ],
  ["`teardown` is not run", "{command: 'true', teardown: [[no-such-program]]}", true],
  ["one test writes a file", "{command: touch, args: [/tmp/left]}", true],
  ["another does not find it", "{command: ls, args: [/tmp/left], exitCode: 1}", true],
]);

export const FILE_CASES = [
  ...of("fileExistenceTests", [
    ["`shouldExist` is true if it is not written", "{path: /app/data.txt}", true],
    ["a file that is missing", "{path: /app/none}", false],
    ["`no` is false", "{path: /app/none, shouldExist: no}", true],
    ["below a file there is nothing", "{path: /app/data.txt/x, shouldExist: false}", true],
    ["a file that must not exist and does", "{path: /app/data.txt, shouldExist: false}", false],
    ["a folder that must not exist and does", "{path: /app/sub, shouldExist: false}", false],
    ["a path is expanded", "{path: $APP/data.txt}", true],
    ["a folder with a slash at the end", "{path: /app/sub/, permissions: dtrwxrwxrwx}", true],
    ["the root", "{path: /, permissions: drwxr-xr-x, uid: 0, gid: 0}", true],
    ["a mode as `ls` writes it is another", "{path: /app/sub, permissions: drwxrwxrwt}", false],
    ["set-user-id is a `u` in front", "{path: /app/run.sh, permissions: urwxr-xr-x}", true],
    ["and is missed without it", "{path: /app/run.sh, permissions: -rwxr-xr-x}", false],
    ["a plain mode", "{path: /app/data.txt, permissions: -rw-r-----}", true],
    ["a link is not followed", "{path: /app/absolute, permissions: Lrwxrwxrwx}", true],
    ["a link that leads nowhere exists", "{path: /app/dangling}", true],
    ["a pipe is not found", "{path: /app/pipe}", false],
    ["owner and group", "{path: /app/data.txt, uid: 1000, gid: 2000}", true],
    ["another owner", "{path: /app/data.txt, uid: 0}", false],
    ["another group", "{path: /app/data.txt, gid: 0}", false],
    ["all that is named is asked", "{path: /app/run.sh, permissions: urwxr-xr-x, uid: 0, gid: 5}", false],
    ["uid -1 is not asked", "{path: /app/data.txt, uid: -1, gid: 2000}", true],
    ["executable by any", "{path: /app/run.sh, isExecutableBy: any}", true],
    ["executable by owner", "{path: /app/data.txt, isExecutableBy: owner}", false],
    ["executable by an owner who may", "{path: /app/run.sh, isExecutableBy: owner}", true],
    ["executable by group", "{path: /app/run.sh, isExecutableBy: group}", true],
    ["executable by others, who may not", "{path: /app/data.txt, isExecutableBy: other}", false],
    ["a folder is executable where it may be entered", "{path: /app/sub, isExecutableBy: other}", true],
    ["executable by a word that is none of the four", "{path: /app/run.sh, isExecutableBy: root}", false],
    [
      "of a file that must not exist nothing else is asked",
      "{path: /app/none, shouldExist: false, permissions: -rw-------, uid: 5}",
      true,
    ],
    ["a path is needed", "{shouldExist: true}", false],
  ]),
  ...of("fileContentTests", [
    ["contents are expected", "{path: /app/data.txt, expectedContents: ['one\\ntwo']}", true],
    ["contents are excluded", "{path: /app/data.txt, excludedContents: [two]}", false],
    ["all that is expected must be there", "{path: /app/data.txt, expectedContents: [one, three]}", false],
    [
      "contents are expected and others excluded",
      "{path: /app/data.txt, expectedContents: [one], excludedContents: [three]}",
      true,
    ],
    ["`^` is the start of the file", "{path: /app/data.txt, expectedContents: ['^two']}", false],
    ["`(?m)` makes it a line's in a file, too", "{path: /app/data.txt, expectedContents: ['(?m)^two$']}", true],
    ["a link that leads nowhere has no contents", "{path: /app/dangling, excludedContents: [x]}", false],
    ["a broken expression in excluded contents", "{path: /app/data.txt, excludedContents: ['(']}", false],
    ["a folder has no contents", "{path: /app/sub, excludedContents: [x]}", false],
    ["a file that is missing has none", "{path: /app/none, excludedContents: [x]}", false],
    ["an absolute link is followed", "{path: /app/absolute, expectedContents: [one]}", true],
    ["a relative link is taken from the root", "{path: /app/relative, expectedContents: [one]}", false],
    ["which `../app/data.txt` leads to", "{path: /app/up, expectedContents: [one]}", true],
    ["links in a circle", "{path: /app/loop, expectedContents: [one]}", false],
    ["a path of contents is expanded", "{path: $APP/data.txt, expectedContents: [one]}", true],
  ]),
  ...of("licenseTests", [
    ["a licence that is allowed", "{debian: false, files: [/usr/share/doc/good/copyright]}", true],
    ["a licence that is not, in any case", "{files: [/usr/share/doc/bad/copyright]}", false],
    [
      "one licence of several that is not",
      "{files: [/usr/share/doc/good/copyright, /usr/share/doc/bad/copyright]}",
      false,
    ],
    ["a licence that is missing", "{files: [/usr/share/doc/none/copyright]}", false],
    ["every package of Debian", "{debian: true}", false],
  ]),
];

export const METADATA_CASES = of("metadataTest", [
  ["a variable", "{envVars: [{key: GREETING, value: hello}]}", true],
  ["a variable's value is whole", "{envVars: [{key: GREETING, value: hell}]}", false],
  ["a variable by expression", "{envVars: [{key: GREETING, value: hell, isRegex: true}]}", true],
  ["an expression that a variable does not match", "{envVars: [{key: GREETING, value: ^ell, isRegex: true}]}", false],
  ["a broken expression of a variable", "{envVars: [{key: GREETING, value: '(', isRegex: true}]}", false],
  ["one variable of several", "{envVars: [{key: GREETING, value: hello}, {key: APP, value: /}]}", false],
  ["a value with `=`", "{envVars: [{key: PAIR, value: a=b}]}", true],
  ["an empty variable", "{envVars: [{key: EMPTY, value: ''}]}", true],
  ["a variable that is missing", "{envVars: [{key: NOT_SET, value: ''}]}", false],
  ["a number is text as it is written", "{envVars: [{key: VERSION, value: 1.10}]}", true],
  ["a variable that must not be set", "{unboundEnvVars: [{key: NOT_SET}]}", true],
  ["and is", "{unboundEnvVars: [{key: GREETING}]}", false],
  ["a variable without key", "{envVars: [{value: x}]}", false],
  ["labels", "{labels: [{key: org.example.title, value: '^Test .*', isRegex: true}]}", true],
  ["a label's value is whole", "{labels: [{key: org.example.title, value: Test}]}", false],
  ["a label that is missing", "{labels: [{key: org.example.none, value: ''}]}", false],
  ["a label without key", "{labels: [{value: x}]}", false],
  ["a broken expression in a label", "{labels: [{key: org.example.title, value: '*', isRegex: true}]}", false],
  ["a port with any protocol", "{exposedPorts: ['8080', 53]}", true],
  ["a port with its protocol", "{exposedPorts: [53/udp]}", true],
  ["a port with another protocol", "{exposedPorts: [53/tcp]}", false],
  ["a port that is not exposed", "{exposedPorts: ['80']}", false],
  ["a port that must not be, and is not", "{unexposedPorts: ['80']}", true],
  ["with another protocol it is not exposed", "{unexposedPorts: [53/tcp]}", true],
  ["a port that must not be exposed", "{unexposedPorts: ['8080']}", false],
  ["entry point and command", "{entrypoint: [/bin/sh, /app/run.sh], cmd: [--serve, now]}", true],
  ["an empty list is expected to be empty", "{entrypoint: []}", false],
  ["a list in another order", "{cmd: [now, --serve]}", false],
  ["the beginning of a list", "{cmd: [--serve]}", false],
  ["a list in one text", "{cmd: ['--serve now']}", false],
  ["working directory and user", "{workdir: /app, user: '1000'}", true],
  ["another user", "{user: root}", false],
  ["another working directory", "{workdir: /}", false],
  ["an empty user is not asked", "{workdir: /app, user: ''}", true],
  ["a volume that is missing", "{volumes: [/app]}", false],
  ["a volume that must not be, and is not", "{unmountedVolumes: [/app]}", true],
  ["a volume", "{volumes: [/data]}", true],
  ["a volume that must not be", "{unmountedVolumes: [/data]}", false],
]);

/** A file as the tests read it: each case under its kind, with its rule as its name. */
export function fileOf(cases: StructureCase[], more = ""): string {
  const kinds = Map.groupBy(cases, ({ kind }) => kind);
  const blocks = [...kinds].map(([kind, members]) => {
    if (kind === "metadataTest") return `metadataTest: ${members[0]?.test ?? "{}"}\n`;
    const named = ({ rule, test }: StructureCase) =>
      kind === "licenseTests" ? `- ${test}` : `- {name: ${JSON.stringify(rule)}, ${test.slice(1)}`;
    return `${kind}:\n${members.map(named).join("\n")}\n`;
  });
  return `schemaVersion: 2.0.0\n${more}${blocks.join("")}`;
}

/** The rows of the table in docs/structure-tests.md. */
export function caseRows(): string[] {
  const all = [...COMMAND_CASES, ...SETUP_CASES, ...FILE_CASES, ...METADATA_CASES];
  return all.map(({ rule, kind, test, passes }) => `| ${kind} | ${rule} | \`${test}\` | ${passes ? "pass" : "fail"} |`);
}
