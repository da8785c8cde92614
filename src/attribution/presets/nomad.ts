import type { Preset } from '../preset';

/**
 * Nomad's docker driver. The allocation id is always there, the other labels only when configured. A reconciler
 * removes labelled containers that it does not track: two Nomad clients on one engine remove each other's.
 * Read in hashicorp/nomad@aa026cc: drivers/docker/driver.go, reconcile_dangling.go.
 */
export const nomad: Preset = {
  id: 'nomad',
  system: 'nomad',
  role: 'runner',
  title: 'HashiCorp Nomad docker driver',
  priority: 80,
  status: 'verified',
  versions: '1.11',
  detect: {
    container: [{ label: 'com.hashicorp.nomad.alloc_id' }, { name: /^nomad_init_/ }],
  },
  job: [
    {
      id: 'label',
      on: ['container'],
      as: 'owner',
      key: 'nomad:{a}',
      from: {
        a: {
          label: 'com.hashicorp.nomad.alloc_id',
          pattern: /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
        },
      },
      confidence: 0.9,
      evidence: 'label',
    },
  ],
  fields: {
    project: [{ label: 'com.hashicorp.nomad.job_name' }],
    step: [{ label: 'com.hashicorp.nomad.task_name' }],
  },
  parts: [{ part: 'helper', when: [{ name: /^nomad_init_/ }] }],
  systemActors: [
    {
      // Network namespace holder of an allocation.
      id: 'pause',
      any: [{ name: /^nomad_init_/ }],
      actor: 'job-helper',
      owner: 'job',
    },
  ],
  env: { ids: ['NOMAD_ALLOC_ID', 'NOMAD_JOB_ID'] },
  teardown: { signals: [15] },
};
