export { buildApi } from './build';
export { createMetrics, type Metrics } from './metrics';
export type { Api, ApiConfig, ApiLimits, ApiParts, Health } from './parts';
