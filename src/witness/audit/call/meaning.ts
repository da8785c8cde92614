import type { CallRef, Command } from '../../../domain';
import { isFilter, isReference } from '../../command/reference';
import type { Target } from './target';

/** What a request asks for, before its body is read. */
export interface Meaning {
  /** In the words of the docker command that asks for the same. */
  readonly command: Command | null;
  readonly refs: readonly CallRef[];
  /** Its body says more of it, or may have to be altered. */
  readonly body: 'container' | 'volume' | 'network' | 'endpoint' | null;
  /** What a good answer names as made, by the field of its body. */
  readonly made: 'Id' | 'Name' | null;
}

const nothing: Command = {
  verb: '',
  targets: [],
  truncated: false,
  name: null,
  image: null,
  tags: [],
  project: null,
  filters: [],
  force: false,
  autoRemove: false,
};

type Said = Partial<Command> & { readonly verb: string };
interface Rest {
  readonly refs?: readonly CallRef[];
  readonly body?: Meaning['body'];
  readonly made?: Meaning['made'];
}

const meaning = (said: Said | null, { refs = [], body = null, made = null }: Rest = {}): Meaning => ({
  command: said && {
    ...nothing,
    ...said,
    targets: (said.targets ?? []).filter(isReference),
    tags: (said.tags ?? []).filter(isReference),
    filters: (said.filters ?? []).filter(isFilter),
  },
  refs: refs.filter(({ ref }) => isReference(ref)),
  body,
  made,
});

const isTrue = (value: string | null): boolean =>
  value !== null && !['', '0', 'no', 'false', 'none'].includes(value.trim().toLowerCase());
const orNull = (value: string | null): string | null => (value !== null && isReference(value) ? value : null);

/** `repo` and `tag` as one. */
const tagOf = (repo: string | null, tag: string | null): string[] =>
  repo === null || repo === ''
    ? []
    : [tag === null || tag === '' ? repo : `${repo}${tag.startsWith('sha256:') ? '@' : ':'}${tag}`];

/** `{"label":["a=b"]}` or `{"label":{"a=b":true}}`, as `label=a=b`. */
const filtersOf = (text: string | null): string[] => {
  try {
    const filters = JSON.parse(text ?? '{}') as Record<string, readonly string[] | Record<string, boolean>>;
    return Object.entries(filters).flatMap(([name, values]) =>
      (Array.isArray(values) ? values : Object.keys(values)).map((value) => `${name}=${String(value)}`),
    );
  } catch {
    return [];
  }
};

const containerActs: Readonly<Record<string, string>> = {
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  kill: 'kill',
  pause: 'pause',
  unpause: 'unpause',
  attach: 'attach',
  update: 'update',
};

const ofContainer = (
  method: string,
  [id = '', act = '', more]: readonly string[],
  query: URLSearchParams,
): Meaning => {
  const refs: CallRef[] = [{ type: 'container', ref: id }];
  const targets = [id];
  if (method === 'DELETE' && act === '')
    return meaning({ verb: 'rm', targets, force: isTrue(query.get('force')) }, { refs });
  if (act === 'archive' && method === 'PUT') return meaning({ verb: 'cp-in', targets }, { refs });
  if (act === 'archive' && method === 'GET') return meaning({ verb: 'cp-out', targets }, { refs });
  if (act === 'attach' && more === 'ws') return meaning({ verb: 'attach', targets }, { refs });
  if (method !== 'POST' || more !== undefined) return meaning(null, { refs });
  if (act === 'exec') return meaning({ verb: 'exec', targets }, { refs, made: 'Id' });
  if (act === 'rename') {
    const name = orNull((query.get('name') ?? '').replace(/^\//, ''));
    return meaning({ verb: 'rename', targets, name }, { refs });
  }
  const verb = Object.hasOwn(containerActs, act) ? containerActs[act]! : undefined;
  return meaning(verb === undefined ? null : { verb, targets }, { refs });
};

/** Names of images have slashes: the last segment is the act. */
const ofImage = (method: string, rest: readonly string[], query: URLSearchParams): Meaning => {
  const act = rest.at(-1) ?? '';
  if (method === 'DELETE') {
    const image = rest.join('/');
    const refs: CallRef[] = [{ type: 'image', ref: image }];
    return meaning({ verb: 'rmi', targets: [image], force: isTrue(query.get('force')) }, { refs });
  }
  const image = rest.slice(0, -1).join('/');
  const refs: CallRef[] = image === '' ? [] : [{ type: 'image', ref: image }];
  if (method !== 'POST') return meaning(null, { refs });
  if (rest.length === 1) {
    if (act === 'load') return meaning({ verb: 'load' });
    if (act === 'prune') return meaning({ verb: 'image prune', filters: filtersOf(query.get('filters')) });
    if (act !== 'create') return meaning(null);
    const from = query.get('fromImage');
    if (from !== null && from !== '') return meaning({ verb: 'pull', tags: tagOf(from, query.get('tag')) });
    return meaning({ verb: 'import', tags: tagOf(query.get('repo'), query.get('tag')) });
  }
  if (act === 'tag')
    return meaning(
      { verb: 'tag', image: orNull(image), tags: tagOf(query.get('repo'), query.get('tag')) },
      { refs },
    );
  if (act === 'push') return meaning({ verb: 'push', targets: [image] }, { refs });
  return meaning(null, { refs });
};

const ofNamed = (
  type: 'volume' | 'network',
  method: string,
  [id = '', act]: readonly string[],
  query: URLSearchParams,
): Meaning => {
  if (method === 'POST' && act === undefined && id === 'create')
    return meaning({ verb: `${type} create` }, { body: type, made: type === 'volume' ? 'Name' : 'Id' });
  if (method === 'POST' && act === undefined && id === 'prune')
    return meaning({ verb: `${type} prune`, filters: filtersOf(query.get('filters')) });
  const refs: CallRef[] = id === '' ? [] : [{ type, ref: id }];
  if (method === 'DELETE' && act === undefined)
    return meaning({ verb: `${type} rm`, targets: [id], force: isTrue(query.get('force')) }, { refs });
  if (type === 'network' && method === 'POST' && (act === 'connect' || act === 'disconnect'))
    return meaning({ verb: `network ${act}`, targets: [id] }, { refs, body: 'endpoint' });
  return meaning(null, { refs });
};

/** What the request asks for, by method, path and query: the engine's router decides by the same. */
export const readMeaning = (method: string, { segments, query }: Target): Meaning => {
  const [first = '', ...rest] = segments ?? [];
  const post = method === 'POST';
  switch (first) {
    case 'containers':
      if (post && rest.length === 1 && rest[0] === 'create') {
        const name = orNull((query.get('name') ?? '').replace(/^\//, ''));
        return meaning({ verb: 'create', name }, { body: 'container', made: 'Id' });
      }
      if (post && rest.length === 1 && rest[0] === 'prune')
        return meaning({ verb: 'container prune', filters: filtersOf(query.get('filters')) });
      return rest.length === 0 || (rest.length === 1 && rest[0] === 'json')
        ? meaning(null)
        : ofContainer(method, rest, query);
    case 'images':
      return rest.length === 0 ? meaning(null) : ofImage(method, rest, query);
    case 'volumes':
      return ofNamed('volume', method, rest, query);
    case 'networks':
      return ofNamed('network', method, rest, query);
    case 'build':
      if (post && rest.length === 0) return meaning({ verb: 'build', tags: query.getAll('t') });
      if (post && rest[0] === 'prune')
        return meaning({ verb: 'builder prune', filters: filtersOf(query.get('filters')) });
      return meaning(null);
    case 'commit': {
      const container = query.get('container') ?? '';
      const refs: CallRef[] = [{ type: 'container', ref: container }];
      const tags = tagOf(query.get('repo'), query.get('tag'));
      return post
        ? meaning({ verb: 'commit', targets: [container], tags }, { refs, made: 'Id' })
        : meaning(null);
    }
    case 'exec':
      return meaning(null, { refs: [{ type: 'exec', ref: rest[0] ?? '' }] });
    default:
      return meaning(null);
  }
};
