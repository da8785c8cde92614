import type { Environment } from './terminal';

/** What is asked of the presets: the part of attribution's Identifier that reads an environment. */
export interface EnvironmentReader {
  keepEnv(name: string): 'value' | 'presence' | undefined;
  identify(object: {
    readonly kind: 'container';
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly env: Readonly<Record<string, string>>;
    readonly networks: readonly string[];
    readonly volumes: readonly string[];
    readonly binds: readonly string[];
  }): { readonly claims: readonly { readonly key: string }[] };
}

/** The key of the CI job whose variables these are: a process in a job, looked at as its container would be. */
export const jobOfEnvironment = (reader: EnvironmentReader, env: Environment): string | undefined => {
  const kept = Object.entries(env).flatMap(([name, value]) => {
    const how = value === undefined ? undefined : reader.keepEnv(name);
    return how === undefined ? [] : [[name, how === 'value' ? value! : ''] as const];
  });
  const nothing = { name: '', labels: {}, networks: [], volumes: [], binds: [] };
  return reader.identify({ kind: 'container', ...nothing, env: Object.fromEntries(kept) }).claims[0]?.key;
};
