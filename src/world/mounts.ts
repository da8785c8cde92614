import { posix } from 'node:path';
import type { Container, Mount, MountUse, Nanos } from '../domain';
import { mountKey, type World } from './world';

/** Where a mount's data lives: the volume, or the host path without trailing or doubled slashes. */
export const sourceOf = (mount: Mount): { kind: MountUse['kind']; source: string } | undefined => {
  if (mount.type === 'volume' && mount.name) return { kind: 'volume', source: mount.name };
  if (mount.type !== 'bind' || !mount.source.startsWith('/')) return undefined;
  const path = posix.normalize(mount.source);
  return { kind: 'path', source: path.length > 1 ? path.replace(/\/$/, '') : path };
};

const useFor = (world: World, container: Container, mount: Mount): MountUse | undefined =>
  [...world.mountUsesOfContainer.of(container.id)].find((use) => use.destination === mount.destination);

/** Opens (or opens again) a use for each mount of a container that runs. */
export const openMounts = (world: World, container: Container, at: Nanos): MountUse[] => {
  const opened: MountUse[] = [];
  for (const mount of container.mounts) {
    const where = sourceOf(mount);
    if (!where) continue;
    const known = useFor(world, container, mount);
    if (known?.to === null) continue;
    if (known) {
      known.to = null;
      world.changes.mountUses.add(known);
      opened.push(known);
      continue;
    }
    const use: MountUse = {
      id: ++world.lastIds.mountUse,
      container: container.id,
      ...where,
      destination: mount.destination,
      readOnly: mount.readOnly,
      from: at,
      to: null,
    };
    world.mountUses.add(mountKey(use.kind, use.source), use);
    world.mountUsesOfContainer.add(container.id, use);
    world.changes.mountUses.add(use);
    opened.push(use);
  }
  return opened;
};

/** Ends all uses of a container, or those of one volume. */
export const closeMounts = (world: World, container: Container, at: Nanos, volume?: string): MountUse[] => {
  const closed = [...world.mountUsesOfContainer.of(container.id)].filter(
    (use) => use.to === null && (volume === undefined || (use.kind === 'volume' && use.source === volume)),
  );
  for (const use of closed) {
    use.to = at;
    world.changes.mountUses.add(use);
  }
  return closed;
};
