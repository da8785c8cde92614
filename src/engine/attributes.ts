/**
 * Attributes that the engine itself sets on its events. Container labels stand among them, and a label wins over an
 * action's own attribute of that name, but never over `name` and `image` (measured on 20.10 and 28).
 */
export const engineAttributes: ReadonlySet<string> = new Set([
  'image',
  'name',
  'oldName',
  'signal',
  'exitCode',
  'execDuration',
  'execID',
  'height',
  'width',
  'comment',
  'imageID',
  'imageRef',
  'container',
  'type',
  'driver',
  'destination',
  'propagation',
  'read/write',
  'reclaimed',
  // Podman, on every event of a container.
  'containerExitCode',
  'podId',
]);

/** Those that decide something, and the actions of a container on which the engine sets them. */
const carriers: Readonly<Record<string, readonly string[]>> = {
  exitCode: ['die', 'exec_die'],
  signal: ['kill'],
  oldName: ['rename'],
  execID: ['exec_create', 'exec_start', 'exec_die'],
};

/** Actions of which it is known what they carry; of a future action nobody can say. */
const knownActions: ReadonlySet<string> = new Set([
  'create',
  'start',
  'attach',
  'kill',
  'die',
  'oom',
  'stop',
  'restart',
  'destroy',
  'pause',
  'unpause',
  'rename',
  'update',
  'top',
  'export',
  'resize',
  'commit',
  'archive-path',
  'extract-to-dir',
  'exec_create',
  'exec_start',
  'exec_die',
]);

export const carries = (action: string, attribute: string): boolean =>
  carriers[attribute]?.includes(action) ?? false;

/** Labels that imitate an attribute: they appear on an action where the engine never sends it. */
export const imitatedOn = (action: string, present: (attribute: string) => boolean): readonly string[] =>
  knownActions.has(action)
    ? Object.keys(carriers).filter((attribute) => present(attribute) && !carries(action, attribute))
    : [];

/** Labels of a container that imitate an attribute. */
export const imitatedBy = (labels: object): readonly string[] =>
  Object.keys(carriers).filter((attribute) => Object.hasOwn(labels, attribute));
