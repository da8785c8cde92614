import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where the recipe of engine 28 keeps plugins; undefined where it was not prepared. */
const prepared = (): string | undefined => {
  try {
    const recipe = resolve(__dirname, '../engines/28.sh');
    return execFileSync('sh', [recipe, 'plugins'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
};

/** Makes a DOCKER_CONFIG in which the command line finds its plugins. */
export const prepareClient = (directory: string): string => {
  const plugins = prepared();
  const own = join(directory, 'cli-plugins');
  mkdirSync(own, { recursive: true });
  if (plugins !== undefined)
    for (const name of readdirSync(plugins)) symlinkSync(join(plugins, name), join(own, name));
  return directory;
};

/** Whether `docker` has this plugin, of its own or from {@link prepareClient}. */
export const hasPlugin = (name: 'buildx' | 'compose'): boolean =>
  prepared() !== undefined || spawnSync('docker', [name, 'version']).status === 0;
