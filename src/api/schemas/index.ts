import { call } from './call';
import { coverage, gap } from './coverage';
import { exec } from './exec';
import { finding, findingDetail, suppression } from './finding';
import { death, job, owner, report, timelineEntry } from './job';
import { problem } from './problem';
import { container, containerDetail, event, shared } from './resource';
import { stats, window } from './window';

/** Everything that `components.schemas` of the OpenAPI document names. */
export const namedSchemas = [
  call,
  container,
  containerDetail,
  coverage,
  death,
  event,
  exec,
  finding,
  findingDetail,
  gap,
  job,
  owner,
  problem,
  report,
  shared,
  stats,
  suppression,
  timelineEntry,
  window,
];
