import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Gauges } from '../domain';
import { callLabels, eventLabels, execLabels } from './metric-labels';

/** What the app tells while it works, and the text that Prometheus scrapes. No label has unbounded values. */
export interface Metrics {
  countEvent(type: string, action: string): void;
  countExec(verb: string): void;
  countCall(method: string, status: number | null): void;
  countFinding(kind: string, severity: string, confidence: string): void;
  countGap(reason: string): void;
  observeCommit(seconds: number): void;
  setQueueDepth(observations: number): void;
  /** Between an event's own time and its commit. */
  setLag(seconds: number): void;
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export const createMetrics = ({ gauges }: { readonly gauges: () => Gauges }): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  const events = new Counter({
    name: 'crosstalk_events_total',
    help: 'Events of the engine that were handled.',
    labelNames: ['type', 'action'] as const,
    registers,
  });
  const execs = new Counter({
    name: 'crosstalk_execs_total',
    help: 'Docker commands that were seen being executed.',
    labelNames: ['verb'] as const,
    registers,
  });
  const calls = new Counter({
    name: 'crosstalk_calls_total',
    help: 'Calls that passed the audit socket and were answered, or broken off (code 0).',
    labelNames: ['method', 'code'] as const,
    registers,
  });
  const findings = new Counter({
    name: 'crosstalk_findings_total',
    help: 'Findings recorded since start.',
    labelNames: ['kind', 'severity', 'confidence'] as const,
    registers,
  });
  const gaps = new Counter({
    name: 'crosstalk_gaps_total',
    help: 'Stretches of time in which something may have happened unseen.',
    labelNames: ['reason'] as const,
    registers,
  });
  const commits = new Histogram({
    name: 'crosstalk_commit_seconds',
    help: 'Duration of a transaction of the store.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const queueDepth = new Gauge({
    name: 'crosstalk_queue_depth',
    help: 'Observations that wait to be handled.',
    registers,
  });
  const lag = new Gauge({
    name: 'crosstalk_event_lag_seconds',
    help: 'From the time of the newest committed event to its commit.',
    registers,
  });
  const findingsOpen = new Gauge({
    name: 'crosstalk_findings_open',
    help: 'Findings that are open now.',
    labelNames: ['kind', 'severity'] as const,
    registers,
  });
  const jobsRunning = new Gauge({
    name: 'crosstalk_jobs_running',
    help: 'CI jobs that run now.',
    labelNames: ['system'] as const,
    registers,
  });
  const databaseBytes = new Gauge({
    name: 'crosstalk_database_bytes',
    help: 'Size of the database on disk.',
    registers,
  });

  return {
    countEvent: (type, action) => events.inc(eventLabels(type, action)),
    countExec: (verb) => execs.inc(execLabels(verb)),
    countCall: (method, status) => calls.inc(callLabels(method, status)),
    countFinding: (kind, severity, confidence) => findings.inc({ kind, severity, confidence }),
    countGap: (reason) => gaps.inc({ reason }),
    observeCommit: (seconds) => commits.observe(seconds),
    setQueueDepth: (observations) => queueDepth.set(observations),
    setLag: (seconds) => lag.set(seconds),
    async scrape() {
      const current = gauges();
      findingsOpen.reset(); // a kind whose last finding was resolved must not stay
      for (const { kind, severity, count } of current.findingsOpen)
        findingsOpen.set({ kind, severity }, count);
      jobsRunning.reset();
      for (const { system, count } of current.jobsRunning) jobsRunning.set({ system }, count);
      databaseBytes.set(current.databaseBytes);
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
};
