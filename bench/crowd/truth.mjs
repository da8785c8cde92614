// Who did what, by the logs of those who did it: a command that succeeded, in whose life the event lies, whose target it is.

/** The engine tells of it within this time of the end of the command. */
const slack = 5;

const making = new Set(['run', 'create', 'network create']);
const flagged = new Set(['-t', '--name']);
const parsed = (entry) => {
  let [verb, ...rest] = entry.args;
  if (['container', 'network', 'volume'].includes(verb)) verb = `${verb} ${rest.shift()}`;
  const words = [];
  let name;
  const flags = new Set();
  for (let i = 0; i < rest.length; i++) {
    if (flagged.has(rest[i])) {
      if (rest[i] === '--name') name = rest[i + 1];
      i++;
    } else if (rest[i].startsWith('-')) flags.add(rest[i]);
    else words.push(rest[i]);
  }
  const lines = entry.printed.split('\n').map((line) => line.trim());
  const full = verb === 'rm' && flags.has('-f') ? 'rm -f' : verb;
  return {
    ...entry,
    verb: full,
    words,
    name,
    lines,
    made: making.has(verb) ? lines.find((line) => /^[0-9a-f]{64}$/.test(line)) : undefined,
  };
};

/** Which command can bring about which event, and which of its targets it says it did it to. */
const printing = ({ words, lines }) => words.filter((word) => lines.includes(word));
const doers = {
  'container kill': { kill: printing, stop: printing, restart: printing, 'rm -f': printing },
  'container destroy': { rm: printing, 'rm -f': printing, 'container prune': ({ lines }) => lines },
  'container rename': { rename: ({ words, code }) => (code === 0 ? words.slice(0, 1) : []) },
  'container pause': { pause: printing },
  'container exec_create': { exec: ({ words, code }) => (code === 0 ? words.slice(0, 1) : []) },
  'network destroy': { 'network rm': printing },
  'volume destroy': { 'volume rm': printing },
};
/** What a failed one says when it did nothing. All others may have done half of it. */
const didNothing =
  /no such|not found|is not running|already in progress|cannot remove a running|cannot remove a paused|is already in use|is paused|is not paused|already paused|not connected/i;

/** Names of containers by time, as the engine told them. */
const namesOf = (events) => {
  const held = [];
  const current = new Map();
  const take = (id, name, at) => {
    const use = { id, name, from: at, to: Infinity };
    current.set(id, use);
    held.push(use);
  };
  for (const { type, action, id, attributes, at } of events) {
    if (type !== 'container') continue;
    if (action === 'create') take(id, attributes.name, at);
    if (action === 'rename') {
      if (current.has(id)) current.get(id).to = at;
      take(id, attributes.name, at);
    }
    if (action === 'destroy' && current.has(id)) current.get(id).to = at;
  }
  return held;
};

/** Of a volume that exists, the engine tells again that it was created. */
const createdIn = (events) => {
  const volumes = new Set();
  return events.filter(({ type, action, id }) => {
    if (type === 'volume' && action === 'destroy') volumes.delete(id);
    if (action !== 'create' || volumes.has(id)) return false;
    if (type === 'volume') volumes.add(id);
    return true;
  });
};

const inLife = ({ startedAt, endedAt }, at) => startedAt <= at && at <= endedAt + slack;

const meansContainer = (held, entry, word, { id, at }) =>
  (/^[0-9a-f]{12,64}$/.test(word) && id.startsWith(word)) ||
  held.some(
    (use) => use.id === id && use.name === word && use.from <= at + slack && use.to >= entry.startedAt,
  );

/** A job that removes what it has ended itself does one thing in two commands. */
const finishes = ({ by }, { id, action, at }, latest, events) =>
  action === 'destroy' &&
  latest.by === by &&
  ['kill', 'stop', 'rm -f'].includes(latest.verb) &&
  !events.some(
    (each) => each.id === id && each.action === 'start' && each.at > latest.events[0].at && each.at < at,
  );

/**
 * @returns acts ({verb, type, id, owner, by, events}), creations ({id, by}), and how many were left open because two fit,
 * or because nobody says to have done it.
 */
export const truthOf = (events, logs) => {
  const log = logs.flat().map(parsed);
  const held = namesOf(events);
  const count = { open: 0, unexplained: 0 };
  const means = (entry, word, event) =>
    event.type === 'container'
      ? meansContainer(held, entry, word, event)
      : word === event.id || word === event.attributes.name;

  const creations = [];
  const ownerOf = new Map();
  const autoRemoved = new Set();
  for (const event of createdIn(events)) {
    const { id, type, attributes, at } = event;
    const name = type === 'volume' ? id : attributes.name;
    const said = log.filter((entry) => entry.made === id && type !== 'volume');
    const alive = log.filter((entry) => inLife(entry, at));
    const fit =
      said.length > 0
        ? said
        : type === 'container'
          ? alive
              .filter((entry) => ['run', 'create'].includes(entry.verb) && entry.made === undefined)
              .filter(
                (entry) =>
                  entry.name === name || (entry.name === undefined && /^[a-z]+_[a-z]+\d?$/.test(name)),
              )
              .filter((entry) => entry.verb === 'run' && !didNothing.test(entry.printed))
          : alive.filter(
              (entry) => entry.verb === `${type} create` && entry.code === 0 && entry.words[0] === name,
            );
    const by = new Set(fit.map((entry) => entry.by));
    if (by.size !== 1) count[by.size === 0 ? 'unexplained' : 'open']++;
    const owner = by.size === 1 ? [...by][0] : undefined;
    const key = `${type} ${id}`;
    ownerOf.set(key, [...(ownerOf.get(key) ?? []), { at, owner }]);
    if (fit.some((entry) => entry.args.includes('--rm'))) autoRemoved.add(id);
    if (owner && type === 'container')
      creations.push({ id, name, at, by: owner, named: fit.some((each) => each.name === name) });
  }

  const acts = [];
  for (const event of events) {
    const kind = doers[`${event.type} ${event.action}`];
    if (!kind) continue;
    // Its own end removes it.
    if (event.action === 'destroy' && autoRemoved.has(event.id)) continue;
    const alive = log.filter((entry) => kind[entry.verb] && inLife(entry, event.at));
    const fit = alive.filter((entry) => kind[entry.verb](entry).some((word) => means(entry, word, event)));
    const half = alive.filter(
      (entry) =>
        !fit.includes(entry) &&
        entry.code !== 0 &&
        !didNothing.test(entry.printed) &&
        entry.words.some((word) => means(entry, word, event)),
    );
    const by = new Set([...fit, ...half].map((entry) => entry.by));
    if (by.size !== 1) {
      count[by.size === 0 ? 'unexplained' : 'open']++;
      continue;
    }
    const [entry] = [...fit, ...half];
    const before = acts.filter((act) => act.id === event.id);
    const known =
      before.find((act) => act.entry === entry) ??
      before.slice(-1).find((act) => finishes(entry, event, act, events));
    if (known) known.events.push(event);
    else {
      const owner = ownerOf.get(`${event.type} ${event.id}`)?.findLast(({ at }) => at <= event.at)?.owner;
      acts.push({
        verb: entry.verb,
        type: event.type,
        id: event.id,
        owner,
        by: entry.by,
        entry,
        events: [event],
      });
    }
  }
  return { acts, creations, count, log };
};
