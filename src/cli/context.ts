import type { Command } from 'commander';
import { type Daemon, createDaemon } from './daemon';
import type { CliConfig, ConfigFlags, Parts } from './parts';
import { type Terminal, createTerminal } from './terminal';

/** What every command is given. */
export interface Context<Config extends CliConfig> {
  readonly parts: Parts<Config>;
  readonly out: Terminal;
  /** For what is no result: progress, notices, errors. */
  readonly err: Terminal;
  /** What the program ends with when the command does not throw. */
  exitCode: number;
  loadConfig(command: Command, flags?: Omit<ConfigFlags, 'file'>): Config;
  /** The daemon on the configured address. */
  daemon(config: Config): Daemon;
}

/** The file that `--config` names, wherever it stands on the command line. */
export const configFlag = (command: Command): string | undefined =>
  command.optsWithGlobals<{ config?: string }>().config;

export const createContext = <Config extends CliConfig>(parts: Parts<Config>): Context<Config> => {
  const loadConfig: Context<Config>['loadConfig'] = (command, flags = {}) =>
    parts.loadConfig({ ...flags, file: configFlag(command) }).config;
  return {
    parts,
    out: createTerminal(parts.out, parts.env),
    err: createTerminal(parts.err, parts.env),
    exitCode: 0,
    loadConfig,
    daemon: ({ api }) => createDaemon({ listen: api.listen, token: api.token?.reveal() }),
  };
};
