import type { ContainerDetail, ContainerQuery, ContainerView, Lookup, Mount, Page } from '../../domain';
import { json, type Row } from '../columns';
import { is, readPage } from './page';
import type { ReaderParts } from './parts';
import { containerView, deathView } from './views';

const select = 'SELECT c.*, r.engine_id FROM containers c CROSS JOIN resources r ON r.id = c.id';
export const deathsOfContainer =
  'SELECT d.*, c.name, r.engine_id FROM deaths d JOIN containers c ON c.id = d.container JOIN resources r ON r.id = c.id WHERE d.container = ? ORDER BY d.at DESC, d.id DESC LIMIT 100';

export const createContainerReader = (parts: ReaderParts) => {
  const { sql, jobs } = parts;
  const view = containerView(parts);

  const detail = (row: Row): ContainerDetail => ({
    ...view(row),
    labels: json(row.labels),
    mounts: json<Mount[]>(row.mounts).map(({ name, ...mount }) => ({ ...mount, name: name ?? null })),
    networks: json(row.networks),
    ports: json(row.ports),
    deaths: (sql(deathsOfContainer).all(row.id) as Row[]).map(deathView),
  });

  /** The newest incarnation with exactly this id; the engine's own order of looking: id, name, prefix. */
  const find = (reference: string): Row | undefined => {
    const exact = sql(
      `${select.replace('CROSS JOIN resources r ON r.id = c.id', 'JOIN resources r ON r.id = c.id')} WHERE r.type = 'container' AND r.engine_id = ? ORDER BY r.id DESC LIMIT 1`,
    ).get(reference) as Row | undefined;
    if (exact) return exact;
    const named = sql(
      `${select} WHERE c.name = ? AND c.removed_at IS NULL ORDER BY c.created_at DESC LIMIT 1`,
    ).get(reference) as Row | undefined;
    if (named || !/^[0-9a-f]{1,64}$/.test(reference)) return named;
    const prefixed = sql(
      `SELECT DISTINCT engine_id FROM resources WHERE type = 'container' AND engine_id >= ? AND engine_id < ? LIMIT 2`,
    ).all(reference, `${reference}g`) as Row[];
    return prefixed.length === 1 ? find(String(prefixed[0]!.engine_id)) : undefined;
  };

  return {
    /** Newest first by creation; removed ones have the state `removed`. */
    containers(query: ContainerQuery): Page<ContainerView> {
      const filters = [...is('c.state', query.state), ...is('c.name', query.name)];
      const walks =
        query.job === undefined
          ? [filters]
          : jobs.idsOf(query.job).map((id) => [...is('c.owner_job', id), ...filters]);
      return readPage(sql, { select, at: 'c.created_at', id: 'c.id', walks }, query, view);
    },
    container(reference: string): Lookup<ContainerDetail> {
      const row = find(reference);
      return row && { found: detail(row) };
    },
  };
};
