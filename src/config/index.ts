export { ConfigError } from './error';
export { loadConfig, type AllowRule, type Config, type Loaded } from './load';
export { describeKeys, type KeyDescription } from './schema';
export { environment, variables, type Environment, type Flags } from './sources';
