import { MILLISECOND, SECOND } from '../../../src/domain';
import { prune } from '../../../src/detection/detectors/prune';
import { detectorTest } from '../../helpers/detector-test';
import type { Ran, Timeline } from '../../helpers/timeline';

const scene = (t: Timeline): void => {
  t.watches();
  t.job('gitlab:101').runs('build-101', { part: 'build' });
  t.job('gitlab:102').runs('build-102', { part: 'build' });
};
/** 101 has created a container and not started it; then a command runs. */
const withCreated =
  (ran: Ran, act: (t: Timeline) => void) =>
  (t: Timeline): void => {
    scene(t);
    t.job('gitlab:101').creates('scraper');
    t.command({ inside: 'build-102', ...ran }, () => act(t));
  };
const containerPrune: Ran = { verb: 'container prune', force: true };
const pruned = (t: Timeline): void => void t.host.removes('scraper').prunes('container');
const by102 = { victims: ['gitlab:101'], actors: ['gitlab:102'] };
const volume = (t: Timeline): void => {
  scene(t);
  t.command({ verb: 'volume create', targets: ['src'], inside: 'build-101' }, () =>
    t.host.createsVolume('src'),
  );
};
const onHost = { inside: undefined as never };

detectorTest(prune, {
  quiet: {
    'a job prunes its own container (recorded)': 'commands/own-prune',
    'its filter asks for a label that the container does not have': withCreated(
      { ...containerPrune, filters: ['label=ci-job=102'] },
      pruned,
    ),
    'it removed only its own': (t) => {
      scene(t);
      t.job('gitlab:102').creates('mine');
      t.command({ ...containerPrune, inside: 'build-102' }, () => t.host.removes('mine').prunes('container'));
    },
    'the owner prunes': withCreated({ ...containerPrune, inside: 'build-101' }, pruned),
    'nothing was pruned: the engine says nothing of it': withCreated(containerPrune, (t) =>
      t.host.removes('scraper'),
    ),
    'what ran when it began was removed by somebody else': (t) => {
      scene(t);
      t.job('gitlab:101').runs('web');
      t.command({ ...containerPrune, inside: 'build-102' }, () => t.host.removes('web').prunes('container'));
    },
    'somebody unseen had killed it just before, as rm -f does': (t) => {
      scene(t);
      t.job('gitlab:101').runs('web');
      t.host.kills('web');
      const at = Number(t.now() - 1_795_465_800n * SECOND) / 1e9 + 0.5;
      const removes = () => void t.host.removes('web', { at }).prunes('container');
      t.command({ ...containerPrune, inside: 'build-102' }, removes, 300n * MILLISECOND);
    },
    'somebody else removes it by name at the same time': (t) => {
      scene(t);
      t.job('gitlab:101').creates('scraper');
      t.command({ verb: 'rm', targets: ['scraper'], inside: 'build-101', code: null });
      t.command({ ...containerPrune, inside: 'build-102' }, () => pruned(t));
    },
    'the job had ended long before': (t) => {
      scene(t);
      t.job('gitlab:101').creates('scraper');
      t.ends('build-101');
      t.passes({ minutes: 10 });
      t.command({ ...containerPrune, inside: 'build-102' }, () => pruned(t));
    },
    'a container that removes itself as it ends': (t) => {
      scene(t);
      t.job('gitlab:101').runs('once', { rm: true });
      t.command({ ...containerPrune, inside: 'build-102' }, () => {
        t.ends('once');
        t.host.prunes('container');
      });
    },
    'the command was meant for another engine': withCreated({ ...containerPrune, engine: 'other' }, pruned),
    'an image prune while nobody builds': (t) => {
      scene(t);
      t.command({ verb: 'image prune', force: true, inside: 'build-102' }, () => t.host.prunes('image'));
    },
    'a runner on the host removes the network of its job': (t) => {
      scene(t);
      t.command({ verb: 'network create', targets: ['net-101'], inside: 'build-101' }, () =>
        t.host.createsNetwork('net-101'),
      );
      t.command({ verb: 'network rm', targets: ['net-101'], ...onHost }, () =>
        t.host.removesNetwork('net-101'),
      );
    },
    'the volume is nobody’s': (t) => {
      scene(t);
      t.host.createsVolume('old');
      t.command({ verb: 'volume rm', targets: ['old'], inside: 'build-102' }, () =>
        t.host.removesVolume('old'),
      );
    },
  },
  found: {
    'a container that was created and not yet started (recorded)': [
      'commands/prune',
      { variant: 'containers', severity: 'critical', confidence: 'likely', ...by102, resource: 'scraper' },
    ],
    'a container that was created and not yet started': [
      withCreated(containerPrune, pruned),
      { variant: 'containers', severity: 'critical', confidence: 'likely', ...by102, resource: 'scraper' },
    ],
    'by a cron job of the host': [
      withCreated({ ...containerPrune, verb: 'system prune', ...onHost }, pruned),
      { variant: 'containers', severity: 'critical', victims: ['gitlab:101'], actors: ['host'] },
    ],
    'a volume between two containers of a job': [
      (t) => {
        volume(t);
        t.command({ verb: 'volume rm', targets: ['src'], inside: 'build-102' }, () =>
          t.host.removesVolume('src'),
        );
      },
      { variant: 'volumes', severity: 'critical', confidence: 'certain', ...by102, resource: 'src' },
    ],
    'a volume without an owner, which a job had mounted just before': [
      (t) => {
        scene(t);
        t.job('gitlab:101').runs('fetch', { volumes: ['work:/builds'], rm: true });
        t.ends('fetch');
        t.command({ verb: 'volume rm', targets: ['work'], ...onHost }, () => t.host.removesVolume('work'));
      },
      { variant: 'volumes', victims: ['gitlab:101'], actors: ['host'], resource: 'work' },
    ],
    'a network that no container is on yet': [
      (t) => {
        scene(t);
        t.command({ verb: 'network create', targets: ['net-101'], inside: 'build-101' }, () =>
          t.host.createsNetwork('net-101'),
        );
        t.command({ verb: 'network prune', force: true, inside: 'build-102' }, () =>
          t.host.removesNetwork('net-101').prunes('network'),
        );
      },
      { variant: 'networks', severity: 'critical', confidence: 'likely', ...by102, resource: 'net-101' },
    ],
    'the build cache of a build in progress': [
      (t) => {
        scene(t);
        t.command({ verb: 'build', tags: ['a:ci'], inside: 'build-101', code: null });
        t.command({ verb: 'builder prune', force: true, inside: 'build-102' }, () =>
          t.host.prunes('builder'),
        );
      },
      { variant: 'build-cache', severity: 'info', ...by102 },
    ],
  },
});
