import { foreignKill } from '../../../src/detection/detectors/foreign-kill';
import { detectorTest } from '../../helpers/detector-test';
import type { Timeline } from '../../helpers/timeline';

const build = (id: number): string => `runner-abc-project-1-concurrent-${id}-0123456789abcdef-build`;

/** Two jobs of a GitLab runner with a container of their own each. */
const twoJobs = (t: Timeline): void => {
  for (const id of [101, 102]) t.job(`gitlab:${id}`).runs(build(id), { part: 'build' }).runs(`db-${id}`);
};

const hurt = { victims: ['gitlab:101'], confidence: 'likely', count: 1, status: 'open' };

detectorTest(foreignKill, {
  quiet: {
    'a job removes its own container'(t) {
      t.job('gitlab:101').runs('web').removes('web');
    },
    'another job removes it: nothing tells the two apart'(t) {
      twoJobs(t);
      t.job('gitlab:102').removes('db-101');
    },
    'the job takes the name again itself'(t) {
      twoJobs(t);
      t.job('gitlab:101').removes('db-101', {}).runs('db-101');
    },
    "the runner takes it off its network first, as GitLab's does"(t) {
      twoJobs(t);
      t.host.disconnects(build(101)).removes(build(101));
    },
    'the runner ends jobs on the network of the host, off which nobody can take them'(t) {
      for (const id of [101, 102]) t.job(`gitlab:${id}`).runs(build(id), { part: 'build', network: 'host' });
      t.job('gitlab:103').runs(build(103), { part: 'build' });
      t.host.removes(build(101)).removes(build(102), { at: 4.2 });
    },
    'the runner ends a container that is in the network of another'(t) {
      twoJobs(t);
      t.job('gitlab:101').runs(build(1), { part: 'service', network: `container:${build(101)}` });
      t.host.removes(build(1));
    },
    'it runs out of memory'(t) {
      twoJobs(t);
      t.runsOutOfMemory('db-101');
    },
    'it ends by itself with 137'(t) {
      twoJobs(t);
      t.ends('db-101', { exitCode: 137 });
    },
    'it only gets a signal to reload'(t) {
      twoJobs(t);
      t.job('gitlab:102').kills('db-101', { signal: 1 });
    },
    'its name is free again long before another takes it'(t) {
      twoJobs(t);
      t.job('gitlab:101').removes('db-101');
      t.passes({ seconds: 30 });
      t.job('gitlab:102').runs('db-101');
    },
    'what is removed had ended before'(t) {
      twoJobs(t);
      t.ends('db-101');
      t.passes({ seconds: 30 });
      t.job('gitlab:102').removes('db-101').runs('db-101');
    },
    'it is paused for a while'(t) {
      twoJobs(t);
      t.job('gitlab:101').pauses('db-101').unpauses('db-101');
    },
    'a name that nobody was using is renamed'(t) {
      twoJobs(t);
      t.job('gitlab:101').creates('tmp').renames('tmp', 'final');
    },
    'one removal, whose caller no event names (recorded)': '28.5.2/foreign-rm-f',
    'one kill, whose caller no event names (recorded)': '20.10.24/foreign-kill',
    'a stop (recorded)': '28.5.2/stop-escalated',
    'a restart (recorded)': '20.10.24/foreign-restart',
    'a pause (recorded)': '28.5.2/foreign-pause',
    'the kernel kills it for memory (recorded)': '28.5.2/oom-kill',
    'the restart policy starts it again (recorded)': '20.10.24/restart-policy',
    'a job lives and ends (recorded)': '28.5.2/job-life',
  },

  found: {
    'another job takes the name at once': [
      (t) => {
        twoJobs(t);
        t.job('gitlab:102').removes('db-101').runs('db-101');
      },
      { ...hurt, variant: 'remove', severity: 'critical', actors: ['gitlab:102'], resource: 'db-101' },
    ],
    'another job renames it and takes its name': [
      (t) => {
        twoJobs(t);
        t.job('gitlab:102').renames('db-101', 'old').runs('db-101');
      },
      { ...hurt, variant: 'rename', severity: 'warning', actors: ['gitlab:102'], resource: 'db-101' },
    ],
    'a container of the runner is killed on its networks': [
      (t) => {
        twoJobs(t);
        t.host.kills(build(101));
      },
      { ...hurt, variant: 'kill', severity: 'critical', actors: [], resource: build(101) },
    ],
    'a rename by another job (recorded)': [
      '28.5.2/rename',
      { ...hurt, variant: 'rename', actors: ['gitlab:102'], resource: 'web' },
    ],
    'one command over all containers of three jobs (recorded)': [
      '28.5.2/sweep-rm-f',
      { variant: 'remove', severity: 'critical', victims: ['gitlab:103'], actors: [] },
      { variant: 'remove', severity: 'critical', victims: ['gitlab:102'], actors: [] },
      { variant: 'remove', severity: 'critical', victims: ['gitlab:101'], actors: [] },
    ],
    'the same on 20.10 (recorded)': [
      '20.10.24/sweep-rm-f',
      { victims: ['gitlab:103'], actors: [] },
      { victims: ['gitlab:101'], actors: [] },
      { victims: ['gitlab:102'], actors: [] },
    ],
  },
});
