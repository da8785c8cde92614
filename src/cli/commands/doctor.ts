import type { Command } from 'commander';
import { type Context, configFlag } from '../context';
import { checkAudit } from '../doctor/audit';
import { checkDataDir } from '../doctor/data-dir';
import { type Check, broken, messageOf, ok, warning } from '../doctor/check';
import { checkEngine } from '../doctor/engine';
import { checkExecs } from '../doctor/execs';
import { createDaemon } from '../daemon';
import { exitCodes } from '../exit';
import type { CliConfig, ConfigFlags, Parts } from '../parts';
import { type Colour, type Terminal, harmless } from '../terminal';

interface Options {
  readonly dockerHost?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

export const addDoctor = <Config extends CliConfig>(program: Command, context: Context<Config>): void => {
  program
    .command('doctor')
    .description(
      'check engine, rights, exec watch, audit socket, presets, configuration and data directory, and say what to do',
    )
    .option('-H, --docker-host <url>', 'engine to check, for example unix:///var/run/docker.sock')
    .option('-d, --data-dir <dir>', 'directory of the database')
    .option('--json', 'print {"ok": …, "checks": [{"name", "state", "text", "advice"}]}')
    .addHelpText(
      'after',
      `
Exit code 1 when something is broken; a warning is not.

Examples:
  crosstalk doctor
  crosstalk doctor --docker-host tcp://127.0.0.1:2375`,
    )
    .action(async ({ json = false, ...flags }: Options, command: Command) => {
      const checks = await runChecks(context.parts, { ...flags, file: configFlag(command) });
      const isBroken = checks.some(({ state }) => state === 'broken');
      context.exitCode = isBroken ? exitCodes.failed : exitCodes.ok;
      if (json) return context.out.json({ ok: !isBroken, checks });
      for (const check of checks) tell(context.out, check);
    });
};

const runChecks = async <Config extends CliConfig>(
  parts: Parts<Config>,
  flags: ConfigFlags,
): Promise<readonly Check[]> => {
  let loaded: ReturnType<typeof parts.loadConfig>;
  try {
    loaded = parts.loadConfig(flags);
  } catch (error) {
    const advice = 'correct it; the other checks need it (docs/configuration.md)';
    return [broken('config', messageOf(error), advice), await checkDatabase(parts)];
  }
  const { config, file, warnings } = loaded;
  return [
    ok('config', file ?? 'no file; defaults and environment'),
    ...warnings.map((text) => warning('config', text, 'see docs/configuration.md')),
    ...(await checkEngine(config.engine.host, () => parts.examineEngine(config), parts.now())),
    ...(await checkExecs(() => parts.examineExecWatch(config))),
    ...(await checkAudit(config.audit?.socket)),
    ...checkDataDir(config.data.dir),
    await checkDatabase(parts),
    await checkDaemon(config),
  ];
};

const checkDatabase = async ({ databaseVersion }: Pick<Parts, 'databaseVersion'>): Promise<Check> => {
  try {
    return ok('sqlite', `SQLite ${await databaseVersion()}`);
  } catch (error) {
    return broken(
      'sqlite',
      `better-sqlite3 does not load: ${messageOf(error)}`,
      'run `npm rebuild better-sqlite3`; it needs a compiler (Debian: apt-get install build-essential python3)',
    );
  }
};

const checkDaemon = async ({ api }: CliConfig): Promise<Check> => {
  const daemon = createDaemon({ listen: api.listen, token: api.token?.reveal() });
  try {
    await daemon.get('/healthz');
    return ok('daemon', `running at ${daemon.url}`);
  } catch (error) {
    return warning('daemon', messageOf(error), 'nothing to do when it is not meant to run now');
  }
};

const looks: Record<Check['state'], { word: string; colour: Colour }> = {
  ok: { word: 'ok     ', colour: 'green' },
  warning: { word: 'warning', colour: 'yellow' },
  broken: { word: 'broken ', colour: 'red' },
};

const tell = ({ line, paint }: Terminal, { name, state, text, advice }: Check): void => {
  const { word, colour } = looks[state];
  const [first = '', ...more] = text.split('\n').map(harmless);
  line(`${paint(colour, word)}  ${name.padEnd(8)} ${first}`);
  for (const each of more) line(`${' '.repeat(18)}${each}`);
  if (advice !== '') line(`${' '.repeat(18)}→ ${harmless(advice)}`);
};
