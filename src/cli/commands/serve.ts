import type { Command } from 'commander';
import { type Context, configFlag } from '../context';
import { withEngineAdvice } from '../engine-problem';
import type { CliConfig, RunningApp } from '../parts';
import { harmless } from '../terminal';

interface Options {
  readonly listen?: string;
  readonly dataDir?: string;
  readonly dockerHost?: string;
  readonly demoIfNoEngine?: boolean;
}

/** Runs until the user wants it to end, then stops what was started. */
export const serveUntilStopped = async <Config extends CliConfig>(
  { parts, out, err }: Context<Config>,
  start: Parameters<Context<Config>['parts']['startApp']>[0],
): Promise<void> => {
  if (parts.stop.aborted) return;
  const app = await parts.startApp(start).catch((error: unknown) => {
    throw withEngineAdvice(error);
  });
  announce(app, out.line);
  await new Promise<void>((resolve) => {
    parts.stop.addEventListener('abort', () => resolve(), { once: true });
    if (parts.stop.aborted) resolve();
  });
  err.line('stopping …');
  await app.stop();
};

const announce = ({ address, mode }: RunningApp, line: (text: string) => void): void => {
  const url = /^https?:/.test(address) ? address : `http://${address}`;
  if (mode === 'demo') line('This is the DEMO: a recorded bad day. Nothing here is happening on this host.');
  line(`crosstalk is listening on ${harmless(url)}`);
  line(`  findings  ${harmless(url)}/api/v1/findings`);
  line(`  API       ${harmless(url)}/docs`);
};

export const addServe = <Config extends CliConfig>(program: Command, context: Context<Config>): void => {
  program
    .command('serve')
    .description('run the daemon: watch the engine, record, answer on HTTP')
    .option('-l, --listen <address>', 'address of the HTTP API, host:port')
    .option('-d, --data-dir <dir>', 'directory of the database')
    .option('-H, --docker-host <url>', 'engine to watch, for example unix:///var/run/docker.sock')
    .option('--demo-if-no-engine', 'show the demo where no engine can be reached')
    .addHelpText(
      'after',
      `
Flags stand above environment (CROSSTALK_LISTEN, CROSSTALK_DATA_DIR, CROSSTALK_DOCKER_HOST), environment above file.
An address that is not loopback needs api.token (CROSSTALK_TOKEN). SIGTERM and Ctrl-C end it in order. Beside it runs
a \`crosstalk witness\`, which it starts unless one is there or watch.execs is off.

Examples:
  crosstalk serve
  crosstalk serve --config /etc/crosstalk.yml --data-dir /var/lib/crosstalk
  crosstalk serve --docker-host unix:///run/user/1000/docker.sock --listen 127.0.0.1:8000`,
    )
    .action(async ({ demoIfNoEngine, ...flags }: Options, command: Command) => {
      const { parts, err } = context;
      const { config, file, warnings } = parts.loadConfig({ ...flags, file: configFlag(command) });
      for (const warning of warnings) err.line(`${err.paint('yellow', 'warning:')} ${harmless(warning)}`);
      await serveUntilStopped(context, {
        config,
        configFile: file,
        demo: demoIfNoEngine ? 'if-no-engine' : undefined,
        out: err.line,
      });
    });
};
