import type { Changes, Nanos } from '../domain';

export const noChanges = (clock: Nanos, lastEventTime: Nanos): Changes => ({
  clock,
  lastEventTime,
  engine: null,
  events: [],
  jobs: new Set(),
  containers: new Set(),
  volumes: new Set(),
  networks: new Set(),
  images: new Set(),
  nameUses: new Set(),
  mountUses: new Set(),
  acts: new Set(),
  deaths: new Set(),
  findings: new Set(),
  gaps: [],
  execs: new Set(),
  calls: new Set(),
  sources: new Set(),
  malformed: 0,
  unknownKinds: 0,
});
