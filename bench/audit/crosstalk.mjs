// The audit socket as the witness runs it, callers identified and calls understood; what it tells becomes lines that nobody
// takes, as while the daemon is away. Usage: node bench/audit/crosstalk.mjs ENGINE_SOCKET SOCKET
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { createAuditSocket } = require('../../dist/witness/index.js');
const { createOutbox } = require('../../dist/link/outbox.js');
const { createLogger } = require('../../dist/log.js');

const [engineSocket, socket] = process.argv.slice(2);
const outbox = createOutbox(8 << 20);
let told = 0;
const audit = await createAuditSocket({
  place: { socket, mode: 0o600, group: '0' },
  engineSocket,
  keptVariables: new Map([['CI_JOB_ID', 'value']]),
  bootId: 'bench',
  labelCreated: false,
  rewriteSocketMounts: true,
  emit(line) {
    outbox.push(line);
    // A daemon acknowledges what it has committed, a batch at a time.
    if (++told % 500 === 0) outbox.acknowledge(told);
  },
  ask: () => Promise.reject(new Error('no daemon')),
  env: {},
  log: createLogger({ level: 'error' }),
});
process.on('SIGTERM', () => void audit.stop(0).then(() => process.exit(0)));
