/** Everything that is wrong with the configuration, told at once. Exit code 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG';

  constructor(readonly problems: readonly string[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`config has ${count}\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  }
}
