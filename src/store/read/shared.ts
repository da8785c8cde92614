import type { Lookup, Page, SharedQuery, SharedView } from '../../domain';
import { flag, int, intOrNull, type Row, text } from '../columns';
import { type Filter, readPage } from './page';
import type { ReaderParts } from './parts';
import { ownerView, time, timeOrNull } from './views';

const usersShown = 50;
/** Connects and disconnects of a network that are looked at to tell its users. */
const connectsRead = 200;

type User = SharedView['users'][number];
type SharedTable = 'volumes' | 'networks' | 'images';

/** Ids of what the containers of a job use, and of what it owns itself. */
const usedBy: Record<SharedTable, string> = {
  volumes: `SELECT v.id FROM containers c JOIN mount_uses m ON m.container = c.id JOIN volumes v ON v.name = m.source
    WHERE c.owner_job = ? AND m.kind = 'volume' UNION SELECT id FROM volumes WHERE owner_job = ?`,
  networks: `SELECT n.id FROM containers c JOIN events e ON e.other = c.id JOIN networks n ON n.id = e.resource
    WHERE c.owner_job = ? UNION SELECT id FROM networks WHERE owner_job = ?`,
  images: `SELECT r.id FROM containers c JOIN resources r ON r.type = 'image' AND r.engine_id = c.image_id
    WHERE c.owner_job = ? UNION SELECT id FROM images WHERE owner_job = ?`,
};

/** Two users of different jobs; owners that are not known count for nobody. Stops at the first that differs. */
const isShared: Filter = {
  sql: `EXISTS (SELECT 1 FROM mount_uses m JOIN containers c ON c.id = m.container
    WHERE m.kind = 'volume' AND m.source = t.name AND c.owner_job <> (SELECT c1.owner_job FROM mount_uses m1
      JOIN containers c1 ON c1.id = m1.container WHERE m1.kind = 'volume' AND m1.source = t.name AND c1.owner_job IS NOT NULL
      ORDER BY m1.since LIMIT 1))`,
  bound: [],
};

const userColumns = 'c.owner_job, r.engine_id AS container';

export const createSharedReader = (parts: ReaderParts) => {
  const { sql, jobs } = parts;

  const user = (row: Row): User => ({
    job: jobs.keyOf(intOrNull(row.owner_job)),
    container: text(row.container),
    readOnly: flag(row.read_only),
    from: time(row.since),
    to: timeOrNull(row.until),
  });

  /** Uses of the name between the volume's making and its end. */
  const volumeUsers = (row: Row): User[] =>
    (
      sql(
        `SELECT m.*, ${userColumns} FROM mount_uses m JOIN containers c ON c.id = m.container JOIN resources r ON r.id = c.id
         WHERE m.kind = 'volume' AND m.source = ? AND m.since >= ? AND m.since <= coalesce(?, 9223372036854775807)
         ORDER BY m.since DESC LIMIT ${usersShown}`,
      ).all(row.name, row.created_at, row.removed_at) as Row[]
    ).map(user);

  const imageUsers = (row: Row): User[] =>
    (
      sql(
        `SELECT ${userColumns}, 0 AS read_only, c.created_at AS since, c.removed_at AS until
         FROM containers c JOIN resources r ON r.id = c.id
         WHERE c.image_id = ? ORDER BY c.created_at DESC LIMIT ${usersShown}`,
      ).all(row.engine_id) as Row[]
    ).map(user);

  /** From the network's own events: who was connected, until when. */
  const networkUsers = (row: Row): User[] => {
    const events = sql(
      `SELECT e.at, e.other, k.action, ${userColumns} FROM events e JOIN kinds k ON k.id = e.kind
       JOIN containers c ON c.id = e.other JOIN resources r ON r.id = c.id
       WHERE e.resource = ? ORDER BY e.at DESC, e.id DESC LIMIT ${connectsRead}`,
    ).all(row.id) as Row[];
    const left = new Map<number, Row>();
    const users: User[] = [];
    for (const event of events) {
      const container = int(event.other);
      if (event.action === 'disconnect') left.set(container, event);
      if (event.action !== 'connect') continue;
      users.push(
        user({
          ...event,
          read_only: 0n,
          since: event.at!,
          until: left.get(container)?.at ?? row.removed_at!,
        }),
      );
      left.delete(container);
    }
    return users.slice(0, usersShown);
  };

  const kind = (type: 'volume' | 'network' | 'image', table: SharedTable, usersOf: (row: Row) => User[]) => {
    const select = `SELECT t.*, r.engine_id FROM ${table} t CROSS JOIN resources r ON r.id = t.id`;
    const view = (row: Row): SharedView => ({
      id: text(row.engine_id),
      name: text(row.name),
      owner: ownerView(parts, row),
      createdAt: time(row.created_at),
      removedAt: timeOrNull(row.removed_at),
      users: usersOf(row),
    });
    return {
      list(query: SharedQuery): Page<SharedView> {
        const filters = query.shared === true ? [isShared] : [];
        const walks =
          query.job === undefined
            ? [filters]
            : jobs
                .idsOf(query.job)
                .map((id) => [{ sql: `t.id IN (${usedBy[table]})`, bound: [id, id] }, ...filters]);
        return readPage(sql, { select, at: 't.created_at', id: 't.id', walks }, query, view);
      },
      /** The newest incarnation with that id. */
      one(id: string): Lookup<SharedView> {
        const row = sql(
          `SELECT t.*, r.engine_id FROM resources r JOIN ${table} t ON t.id = r.id
           WHERE r.type = ? AND r.engine_id = ? ORDER BY r.id DESC LIMIT 1`,
        ).get(type, id) as Row | undefined;
        return row && { found: view(row) };
      },
    };
  };

  const volumes = kind('volume', 'volumes', volumeUsers);
  const networks = kind('network', 'networks', networkUsers);
  const images = kind('image', 'images', imageUsers);
  return {
    volumes: volumes.list,
    volume: volumes.one,
    networks: networks.list,
    network: networks.one,
    images: images.list,
    image: images.one,
  };
};
