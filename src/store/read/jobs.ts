import type { JobQuery, JobView, Lookup, Page } from '../../domain';
import { int, text } from '../columns';
import { type Filter, hasWords, is, readPage } from './page';
import type { ReaderParts } from './parts';
import { jobView } from './views';

const noStandIns: Filter = { sql: 'alias_of IS NULL', bound: [] };

export const createJobReader = ({ sql, jobs }: ReaderParts) => ({
  /** Newest first by start; stand-ins are left out. */
  jobs(query: JobQuery): Page<JobView> {
    const filters = [
      ...is('system', query.system),
      ...is('state', query.state),
      ...is('project', query.project),
      ...hasWords(['key', "coalesce(project, '')", "coalesce(ref, '')"], query.q),
      noStandIns,
    ];
    const list = { select: 'SELECT * FROM jobs', at: 'started_at', id: 'id', walks: [filters] };
    return readPage(sql, list, query, jobView);
  },
  job(key: string): Lookup<JobView> {
    const row = jobs.byKey(key);
    if (!row) return undefined;
    const job = jobs.resolve(row);
    return int(job.id) === int(row.id) || text(job.key) === key
      ? { found: jobView(job) }
      : { movedTo: text(job.key) };
  },
});
