import { describe, expect, it } from "vitest";
import { compose, mutantsOf } from "./sample.ts";

const TWO = compose("  web:\n    image: a:1\n    depends_on: [db]\n  db:\n    image: b:1\n");
const NETWORKS = compose(
  `  web:
    image: a:1
    networks: [front]
  db:
    image: b:1
    networks:
      back:
        aliases: [database]
  api:
    image: c:1
    networks: [front, back]
`,
  "networks:\n  front:\n  back:\n    internal: true\n",
);
const MOUNTS = compose(
  `  web:
    image: a:1
    volumes:
      - ./site:/srv/www:ro
      - data:/var/lib/web
      - type: volume
        source: other
        target: /var/lib/other
    tmpfs: /scratch
`,
  "volumes:\n  data:\n  other:\n",
);
const PORTS = compose(
  '  web:\n    image: nginx:1\n    ports:\n      - "127.0.0.1:8080:80"\n      - 90:90\n      - target: 81\n        published: "8081"\n  db:\n    image: redis:8\n',
);
const WAITS = compose(
  `  web:
    depends_on:
      db:
        condition: service_healthy
      setup:
        condition: service_completed_successfully
  db:
    restart: unless-stopped
    healthcheck:
      test: ["CMD", "ready", "-q"]
  setup:
    image: a:1
`,
);
const BOUNDS = compose(
  `  web:
    build: .
    init: true
    read_only: true
    user: "1000"
    restart: always
    mem_limit: 64m
    cap_drop: [ALL]
    profiles: [tools]
    deploy:
      replicas: 3
      resources:
        limits:
          cpus: "0.5"
`,
);
const COMMANDS = compose(
  `  web:
    entrypoint: ["python"]
    command: ["serve.py", "--host", "0.0.0.0"]
    environment:
      - DB_HOST=db
      - DB_PASSWORD_FILE=/run/secrets/password
  db:
    environment:
      URL: http://web:80/
      PASSWORD_FILE: /run/secrets/password
`,
);
const ENDS = compose(
  `  web:
    stop_signal: INT
    stop_grace_period: 1m30s
    restart: unless-stopped
    cpus: 0.5
    depends_on:
      db:
        condition: service_started
        restart: true
    healthcheck:
      test: ["CMD", "ready"]
      interval: 2s
      timeout: 30s
      retries: 20
      start_period: 0s
    logging:
      driver: json-file
      options:
        max-size: 10m
        max-file: "3"
  db:
    init: true
    restart: on-failure:3
    mem_limit: 1g
    deploy:
      restart_policy:
        delay: 1s
      resources:
        limits:
          memory: 64M
`,
);
/** Where operators of the end, the pace and the log would change nothing that counts. */
const UNCHANGED = compose(
  `  web:
    stop_signal: "9"
    stop_grace_period: 0s
    healthcheck:
      test: ["NONE"]
      interval: 2s
    logging:
      driver: none
  db:
    image: a:1
    healthcheck:
      disable: true
      retries: 2
    depends_on:
      web:
        condition: service_started
  cache:
    healthcheck:
      test: ["CMD", "ready"]
      interval: 60m
      timeout: 1ms
      retries: 100
`,
);

describe("nothing is made", () => {
  it.each([
    "health.rare",
    "health.patient",
    "health.hasty",
    "restart.other",
    "restart.condition",
    "stop.no-grace",
    "log.none",
    "log.large",
    "log.many",
    "limit.half",
    "limit.double",
    "dependency.no-restart",
  ])("by %s where it would change nothing", (operator) => {
    expect(mutantsOf(operator, UNCHANGED)).toBe("");
  });
  it("by stop.other-signal where the signal is the same by its number", () => {
    expect(mutantsOf("stop.other-signal", UNCHANGED)).not.toContain("SIGKILL");
  });
});

describe.each([
  ["service.drop", TWO],
  ["service.rename", TWO],
  ["image.latest", TWO],
  ["container-name.add", TWO],
  ["profile.add", TWO],
  ["network.leave", NETWORKS],
  ["network.join", NETWORKS],
  ["network.move", NETWORKS],
  ["network.host", NETWORKS],
  ["network.internal", NETWORKS],
  ["network.none", NETWORKS],
  ["alias.drop", NETWORKS],
  ["alias.move", NETWORKS],
  ["port.unpublish", PORTS],
  ["port.publish", PORTS],
  ["port.all-interfaces", PORTS],
  ["port.loopback", PORTS],
  ["port.other-container", PORTS],
  ["port.other-host", PORTS],
  ["port.any-host", PORTS],
  ["port.udp", PORTS],
  ["volume.drop", MOUNTS],
  ["volume.anonymous", MOUNTS],
  ["volume.bind", MOUNTS],
  ["volume.named", MOUNTS],
  ["volume.memory", MOUNTS],
  ["volume.other-path", MOUNTS],
  ["volume.parent-path", MOUNTS],
  ["volume.writable", MOUNTS],
  ["volume.read-only", MOUNTS],
  ["volume.share", MOUNTS],
  ["volume.external", MOUNTS],
  ["tmpfs.anonymous", MOUNTS],
  ["dependency.drop", WAITS],
  ["dependency.started", WAITS],
  ["dependency.healthy", WAITS],
  ["dependency.completed", WAITS],
  ["dependency.optional", WAITS],
  ["dependency.turn", WAITS],
  ["health.drop", WAITS],
  ["health.off", WAITS],
  ["health.always", WAITS],
  ["health.never", WAITS],
  ["health.drop-word", WAITS],
  ["restart.always", WAITS],
  ["restart.no", WAITS],
  ["health.rare", ENDS],
  ["health.patient", ENDS],
  ["health.hasty", ENDS],
  ["health.default", ENDS],
  ["restart.other", ENDS],
  ["restart.condition", ENDS],
  ["stop.other-signal", ENDS],
  ["stop.no-grace", ENDS],
  ["log.none", ENDS],
  ["log.large", ENDS],
  ["log.many", ENDS],
  ["limit.half", ENDS],
  ["limit.double", ENDS],
  ["dependency.no-restart", ENDS],
  ["profile.drop", BOUNDS],
  ["user.root", BOUNDS],
  ["privileged.add", BOUNDS],
  ["filesystem.writable", BOUNDS],
  ["init.off", BOUNDS],
  ["limit.low", BOUNDS],
  ["replicas.one", BOUNDS],
  ["capability.add", BOUNDS],
  ["key.drop", BOUNDS],
  ["item.drop", BOUNDS],
  ["command.swap", COMMANDS],
  ["command.drop-word", COMMANDS],
  ["command.loopback", COMMANDS],
  ["environment.drop", COMMANDS],
  ["environment.other", COMMANDS],
  ["environment.localhost", COMMANDS],
  ["secret.environment", COMMANDS],
])("%s", (operator, files) => {
  it("makes these mutants, and no other", () => {
    expect(mutantsOf(operator, files)).toMatchSnapshot();
  });
});
