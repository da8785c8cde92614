import type { Preset } from '../preset';

const job = 'io.crosstalk.job';

/**
 * The label that the audit socket puts on what jobs create, where `audit.labelCreated` says so: whose it is survives the
 * loss of the database. The socket overwrites what the client itself put there.
 */
export const crosstalk: Preset = {
  id: 'crosstalk',
  system: 'crosstalk',
  role: 'tool',
  title: 'Label of the audit socket',
  priority: 60,
  status: 'verified',
  versions: '0.1',
  detect: {
    container: [{ label: job }],
  },
  job: [
    {
      id: 'label',
      on: ['container'],
      as: 'owner',
      key: '{job}',
      from: { job: { label: job, pattern: /^([a-z][a-z0-9-]{0,30}:[A-Za-z0-9._~:@+/-]{1,200})$/ } },
      confidence: 0.9,
      evidence: 'label',
    },
  ],
};
