export { createAuditSocket } from './audit';
export { createExecWatch, type ExecWatch, type ExecWatchState } from './exec-watch';
export type { ExecWatchUnavailable } from './unavailable';
export type { KeptVariables } from './process/job-variables';
export type { Priority } from './priority';
export type { Told, WatchedProcess } from './told';
