import { type Nanos, SECOND } from '../../domain';
import { engineAdvice } from '../engine-problem';
import { spelt } from '../progress';
import type { EngineExamination } from './examine';
import { type Check, broken, messageOf, ok, warning } from './check';

/** Events that every engine keeps for those who come back; older ones are gone (measured on 20.10 to 28.5). */
const ringSize = 256;
const shortRingSeconds = 300;
const oldestVersion = [20, 10] as const;

/** Engine reachable, version, cgroups, ring, presets. `examine` throws what the engine part throws. */
export const checkEngine = async (
  host: string,
  examine: () => Promise<EngineExamination>,
  now: Nanos,
): Promise<readonly Check[]> => {
  let engine: EngineExamination;
  try {
    engine = await examine();
  } catch (error) {
    const advice = engineAdvice(error) ?? 'see whether `docker version` works with this engine';
    return [broken('engine', messageOf(error), advice)];
  }
  return [
    ok('engine', `${engine.name} answers at ${host}`),
    checkVersion(engine),
    checkCgroups(engine),
    checkRing(engine, now),
    checkRunners(engine),
  ];
};

const checkVersion = ({ version, apiVersion }: EngineExamination): Check => {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const text = `engine ${version}, API ${apiVersion}`;
  const old = major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1]);
  return old
    ? warning('version', text, 'Crosstalk is tested with 20.10 and newer: update the engine')
    : ok('version', text);
};

const checkCgroups = ({ cgroupVersion, cgroupDriver }: EngineExamination): Check =>
  cgroupVersion === undefined
    ? warning(
        'cgroups',
        'the engine does not tell its cgroup version',
        'out-of-memory kills may be told less surely',
      )
    : ok('cgroups', `version ${cgroupVersion}, driver ${cgroupDriver}`);

const checkRing = ({ ring }: EngineExamination, now: Nanos): Check => {
  const seconds = ring.oldestAt === undefined ? undefined : Number((now - ring.oldestAt) / SECOND);
  if (seconds === undefined || ring.events < ringSize)
    return ok('ring', `${ring.events} of ${ringSize} events kept: a short stop of crosstalk loses nothing`);
  const text = `the engine's memory of ${ringSize} events reaches back ${spelt(seconds)}`;
  return seconds >= shortRingSeconds
    ? ok('ring', text)
    : warning(
        'ring',
        text,
        'what happens while crosstalk is down for longer is lost (and told as a gap); health checks with short intervals fill it, so make them rarer',
      );
};

const checkRunners = ({ runners }: EngineExamination): Check => {
  const known = Object.entries(runners).filter(([preset]) => preset !== '');
  const others = runners[''] ?? 0;
  const none =
    others === 0 ? 'no containers are running' : `${others} running containers, none of a known CI system`;
  return known.length === 0
    ? ok('presets', none)
    : ok(
        'presets',
        `running now: ${known.map(([preset, containers]) => `${preset} (${containers})`).join(', ')}; of no CI system: ${others}`,
      );
};
