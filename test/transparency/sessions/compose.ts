import { image, type Sessions } from '../session';

const project = `services:
  web:
    image: ${image}
    command: sh -c 'echo serving; exec httpd -f -p 80'
    volumes: [data:/data]
    stop_grace_period: 0.2s
  caller:
    image: ${image}
    command: sh -c 'until wget -q -O - http://web/; do sleep .2; done 2>&1 | head -n 1'
    depends_on: [web]
volumes:
  data:
`;

/** Lines that come in no certain order, and some of them more than once. */
const lines = (output: Buffer): readonly string[] =>
  [
    ...new Set(
      output
        .toString()
        .split('\n')
        .map((line) => line.trim()),
    ),
  ]
    .filter((line) => line !== '')
    .sort();

export const composing: Sessions = {
  'compose up and down': {
    plugin: 'compose',
    run: async ({ sh, name }) => {
      const compose = `docker compose -p ${name} --progress plain`;
      const up = await sh(`printf '%s' "$PROJECT" > compose.yml; ${compose} up -d`, {
        env: { PROJECT: project },
      });
      const use = await sh(
        `${compose} ps --format '{{.Service}} {{.State}}' web; ${compose} exec -T web sh -c 'echo in; exit 3'; echo $?; ${compose} logs --no-log-prefix web; ${compose} run --rm -T --no-deps web echo ran 2>/dev/null`,
      );
      const down = await sh(
        `${compose} down -v -t 0; docker ps -aq -f name=${name}; docker volume ls -q -f name=${name}`,
      );
      return { up: [up.code, lines(up.stderr)], use, down: [down.code, down.stdout, lines(down.stderr)] };
    },
    expected: {
      up: [0, expect.arrayContaining([expect.stringMatching(/Container t\S+-web-1 +Started/)])],
      use: expect.objectContaining({ stdout: 'web running\nin\n3\nserving\nran\n' }),
      down: [0, '', expect.arrayContaining([expect.stringMatching(/Network t\S+_default +Removed/)])],
    },
  },
  'compose up in the foreground, until one ends': {
    plugin: 'compose',
    run: async ({ sh, name }) => {
      const { code, stdout } = await sh(
        `printf '%s' "$PROJECT" > compose.yml; docker compose -p ${name} --ansi never up --abort-on-container-exit; code=$?; docker compose -p ${name} down -v -t 0; exit $code`,
        { env: { PROJECT: project.replace(/until.*head -n 1/, 'sleep 1; echo called; exit 4') } },
      );
      return [code, lines(stdout).filter((line) => line.includes('|'))];
    },
    expected: [expect.any(Number), ['caller-1  | called', expect.stringMatching(/^web-1 +\| serving$/)]],
  },
};
