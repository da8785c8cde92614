/**
 * One component of a cgroup's path that names a container: `<id>` (cgroupfs, whatever its parent), `docker-<id>.scope`
 * (systemd), `libpod-<id>`, `cri-containerd-<id>.scope`. Podman's monitor has the id in its name too and is outside.
 */
const component = /^(?!.*conmon)(?:[a-z][a-z0-9-]*-)?([0-9a-f]{64})(?:\.scope)?$/;
const idLength = 64;

/**
 * The containers that a process is in, outermost first, of the text of /proc/<pid>/cgroup. In the hybrid mode the line
 * of v2 may show one level only, and controllers may disagree: the line that names most of them is believed.
 */
export const containersOf = (cgroup: string): readonly string[] => {
  let deepest: string[] = [];
  let last = '';
  for (const line of cgroup.split('\n')) {
    const path = line.slice(line.indexOf(':', line.indexOf(':') + 1) + 1);
    // Most of a dozen controllers say the same, and most processes are in none: this is read for each connection.
    if (path.length < idLength || path === last) continue;
    last = path;
    const ids = path
      .split('/')
      .flatMap((part) => (part.length < idLength ? [] : (component.exec(part)?.[1] ?? [])));
    if (ids.length > deepest.length) deepest = ids;
  }
  return deepest;
};

/** @param own containers that the witness itself is in: what is beside it there is no job's container */
export const outermostContainer = (cgroup: string, own: ReadonlySet<string>): string | null =>
  containersOf(cgroup).find((id) => !own.has(id)) ?? null;
