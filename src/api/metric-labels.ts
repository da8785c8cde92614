/** Labels with bounded values: a future or forged type, action or verb is counted as `other`. */

/** Types and actions of dockerd up to 29 and Podman. */
const actionsOf: Readonly<Record<string, string>> = {
  container:
    'archive-path attach checkpoint cleanup commit copy create destroy detach die exec_create exec_detach exec_die exec_start export extract-to-dir health_status import init kill mount oom pause prune rename remove resize restart start stop sync top unmount unpause update',
  image: 'build create delete import load prune pull push remove save tag untag',
  volume: 'create destroy mount prune remove unmount',
  network: 'connect create destroy disconnect prune remove update',
  plugin: 'create disable enable install remove pull',
  daemon: 'reload',
  service: 'create remove update',
  node: 'create remove update',
  secret: 'create remove update',
  config: 'create remove update',
  builder: 'prune',
  pod: 'create kill pause prune remove start stop unpause',
  system: 'prune refresh renumber',
};
const actions = new Map(Object.entries(actionsOf).map(([type, list]) => [type, new Set(list.split(' '))]));

export const eventLabels = (type: string, action: string): { type: string; action: string } => {
  const verb = action.split(':', 1)[0]!;
  const known = actions.get(type);
  return { type: known ? type : 'other', action: known?.has(verb) ? verb : 'other' };
};

/** Verbs of the docker command line by their group; those without one, and `signal` for kill, pkill and killall, first. */
const verbsOf = {
  '': 'attach build commit cp create diff events exec export history images import info inspect kill load login logout logs pause port ps pull push rename restart rm rmi run save search signal start stats stop tag top unpause update version wait',
  builder: 'build prune',
  buildx: 'bake build create du inspect ls prune rm stop use',
  compose:
    'build config cp create down events exec images kill logs ls pause port ps pull push restart rm run start stop top unpause up version wait watch',
  container: 'inspect ls prune',
  image: 'inspect ls prune',
  network: 'connect create disconnect inspect ls prune rm',
  service: 'create inspect logs ls ps rm rollback scale update',
  stack: 'config deploy ls ps rm services',
  system: 'df events info prune',
  volume: 'create inspect ls prune rm update',
};
const verbs = new Set(
  Object.entries(verbsOf).flatMap(([group, names]) =>
    names.split(' ').map((name) => (group === '' ? name : `${group} ${name}`)),
  ),
);

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE']);

/** What is no status of HTTP, and a call without an answer, has the code 0. */
export const callLabels = (method: string, status: number | null): { method: string; code: string } => ({
  method: methods.has(method) ? method : 'other',
  code: status !== null && status >= 100 && status < 600 ? String(status) : '0',
});

export const execLabels = (verb: string): { verb: string } => ({ verb: verbs.has(verb) ? verb : 'other' });
