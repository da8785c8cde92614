// What was measured, as tables: medians, ratios of pairs of the same round, and the goals beside them.
import { median } from '../measure.mjs';

const known = (numbers) => numbers.filter((number) => number !== undefined);

/** The median of `value` over the rounds in which it is known. */
const medianOf = (samples, value) => {
  const numbers = known(samples.map(value));
  return numbers.length === 0 ? undefined : median(numbers);
};

const of = (name, value) => (round) => (round[name] ? value(round[name]) : undefined);

/** The subject's value to the peer's, pair by pair. */
const ratio = (samples, name, peer, value) =>
  medianOf(samples, (round) =>
    round[name] && round[peer] ? value(round[name]) / value(round[peer]) : undefined,
  );

const rounded = (number, digits) => (number === undefined ? '' : Number(number.toFixed(digits)));

/** `{ name: number }` of every subject. */
const each = (names, samples, value, digits) =>
  Object.fromEntries(names.map((name) => [name, rounded(medianOf(samples, of(name, value)), digits)]));

/** Whether each goal was reached: `[text, number, reached]`; nothing for what was not measured. */
const verdict = (goals) => {
  const measured = goals.filter(([, number]) => number !== undefined);
  const missed = measured.filter(([, number, reaches]) => !reaches(number));
  if (measured.length === 0) return '';
  return missed.length === 0 ? 'reached' : `missed: ${missed.map(([text]) => text).join(', ')}`;
};
const atLeast = (text, number, least) => [`${text} >= ${least}`, number, (it) => it >= least];
const atMost = (text, number, most) => [`${text} <= ${most}`, number, (it) => it <= most];

const perSecond = (sample) => sample.perSecond;
const p99 = (sample) => sample.p99;

const requestGoals = ({ load, connections, samples }) => {
  const to = (peer) => ratio(samples, 'crosstalk', peer, perSecond);
  if (load.mode !== 'keep') return connections < 4 ? [] : [atLeast('/ wollomatic', to('wollomatic'), 1)];
  if (connections < 10) return [];
  const haproxy = load.name === '_ping' ? 0.75 : load.name.startsWith('create') ? 0.5 : undefined;
  return [
    atLeast('/ wollomatic', to('wollomatic'), 2),
    atMost('p99 / wollomatic', ratio(samples, 'crosstalk', 'wollomatic', p99), 1),
    ...(haproxy === undefined ? [] : [atLeast('/ haproxy', to('haproxy'), haproxy)]),
  ];
};

/**
 * Requests a second, then times and processor time, of each load and number of connections.
 * @param judged whether the goals are said: they are of the stub, with an engine behind it is the engine that is slow
 */
export const printLoads = (title, names, cases, judged) => {
  const proxies = names.filter((name) => name !== 'direct');
  const about = ({ load, connections }) => ({ load: load.name, c: connections });
  const ratios = ({ samples }) =>
    Object.fromEntries(
      ['wollomatic', 'haproxy', 'direct']
        .filter((peer) => names.includes(peer))
        .map((peer) => [`/ ${peer}`, rounded(ratio(samples, 'crosstalk', peer, perSecond), 2)]),
    );
  console.log(`${title}: requests a second, and Crosstalk's to the others'`);
  console.table(
    cases.map((it) => ({
      ...about(it),
      ...each(names, it.samples, perSecond, 0),
      ...ratios(it),
      ...(judged ? { goal: verdict(requestGoals(it)) } : {}),
    })),
  );
  const prefixed = (prefix, values) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix} ${name}`, value]));
  console.log(`${title}: microseconds until the answer, p50 and p99`);
  console.table(
    cases.map((it) => ({
      ...about(it),
      ...prefixed(
        'p50',
        each(names, it.samples, (sample) => sample.p50, 0),
      ),
      ...prefixed('p99', each(names, it.samples, p99, 0)),
      'p99 / wollomatic': rounded(ratio(it.samples, 'crosstalk', 'wollomatic', p99), 2),
      'p99 / haproxy': rounded(ratio(it.samples, 'crosstalk', 'haproxy', p99), 2),
    })),
  );
  const cpu = (sample) => (sample.proxyCpu / sample.all) * 1e6;
  console.log(`${title}: microseconds of the proxy's processor time per request`);
  console.table(
    cases.map((it) => ({
      ...about(it),
      ...each(proxies, it.samples, cpu, 1),
      '/ wollomatic': rounded(ratio(it.samples, 'crosstalk', 'wollomatic', cpu), 2),
      '/ haproxy': rounded(ratio(it.samples, 'crosstalk', 'haproxy', cpu), 2),
    })),
  );
};

export const printBodies = (names, cases) => {
  const proxies = names.filter((name) => name !== 'direct');
  const speed = (sample) => sample.bytes / sample.seconds / 1e6;
  const cpu = (sample) => sample.proxyCpu / (sample.bytes / 1e9);
  console.log('one long body: MB/s');
  console.table(
    cases.map(({ name, samples }) => {
      const toHaproxy = ratio(samples, 'crosstalk', 'haproxy', speed);
      return {
        body: name,
        ...each(names, samples, speed, 0),
        '/ wollomatic': rounded(ratio(samples, 'crosstalk', 'wollomatic', speed), 2),
        '/ haproxy': rounded(toHaproxy, 2),
        goal: verdict([atLeast('/ haproxy', toHaproxy, 0.8)]),
      };
    }),
  );
  console.log('one long body: seconds of processor time per GB, and highest MB of memory');
  console.table(
    cases.map(({ name, samples }) => ({
      body: name,
      ...each(proxies, samples, cpu, 2),
      ...Object.fromEntries(
        Object.entries(each(proxies, samples, (sample) => sample.peak, 0)).map(([key, value]) => [
          `MB ${key}`,
          value,
        ]),
      ),
    })),
  );
};

/** Highest memory while 60 kB creates ran, and what is held at the end. */
export const printMemory = (proxies, cases, held) => {
  const peaks = cases.filter(({ load }) => load.watchesMemory).flatMap(({ samples }) => samples);
  const peak = (name) => {
    const all = known(peaks.map(of(name, (sample) => sample.peak)));
    return all.length === 0 ? undefined : Math.max(...all);
  };
  console.log('MB of memory');
  console.table(
    proxies.map((name) => ({
      proxy: name,
      'highest under 60 kB creates': rounded(peak(name), 0),
      'at the end': rounded(held[name], 0),
      goal: name === 'crosstalk' ? verdict([atMost('highest', peak(name), 150)]) : '',
    })),
  );
};
