import type { Evidence, Finding, Nanos } from '../domain';
import type { Judgement, Proposal } from '../detection/detector';
import type { World } from '../world/world';
import { fingerprintOf, partiesKey } from './fingerprint';
import { isAllowed, isSuppressed } from './rules';
import type { DetectSettings } from './settings';

/** Evidence of a finding that came again: the first and the newest. */
const evidenceKept = 50;

const merged = (known: readonly Evidence[], added: readonly Evidence[]): Evidence[] => {
  const told = new Set(known.map((each) => `${each.ref} ${each.text}`));
  const all = [...known, ...added.filter((each) => !told.has(`${each.ref} ${each.text}`))];
  return all.length <= evidenceKept + 1 ? all : [all[0]!, ...all.slice(-evidenceKept)];
};

const asText = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? each.toString() : each));

/** Gives judgements identity: finds the finding that was told before, counts, updates, withdraws. */
export const createFindings = (world: World, settings: DetectSettings) => {
  const jobOf = (id: number) => world.jobs.get(id);

  const store = (finding: Finding): void => {
    finding.revision++;
    world.changes.findings.add(finding);
    if (finding.status === 'resolved' || finding.status === 'withdrawn') world.findings.delete(finding.id);
    else world.findings.set(finding.id, finding);
  };

  const close = (finding: Finding, status: 'resolved' | 'withdrawn', note: string): void => {
    finding.status = status;
    finding.note = note;
    store(finding);
  };

  const open = (kind: string, subject: string, proposal: Proposal, at: Nanos): void => {
    const settled = proposal.settled ?? true;
    const finding: Finding = {
      ...proposal,
      settled,
      kind,
      subject,
      id: ++world.lastIds.finding,
      status: 'open',
      fingerprint: fingerprintOf(kind, proposal),
      firstSeenAt: at,
      lastSeenAt: at,
      count: 1,
      revision: 0,
      note: null,
    };
    const muted = isSuppressed(finding, world.suppressions, world.clock, jobOf);
    if (muted) {
      finding.status = 'suppressed';
      finding.note = muted.reason;
    }
    store(finding);
  };

  /** Judged again: the finding keeps its id. Writes only when something changed. */
  const update = (finding: Finding, proposal: Proposal): void => {
    const evidence = finding.count === 1 ? proposal.evidence : merged(finding.evidence, proposal.evidence);
    const next = {
      ...finding,
      ...proposal,
      evidence,
      settled: proposal.settled ?? true,
      fingerprint: fingerprintOf(finding.kind, proposal),
    };
    if (asText(next) === asText(finding)) return;
    Object.assign(finding, next);
    store(finding);
  };

  const again = (finding: Finding, subject: string, proposal: Proposal, at: Nanos): void => {
    const evidence = merged(finding.evidence, proposal.evidence);
    Object.assign(finding, proposal, { evidence, subject, settled: proposal.settled ?? true });
    finding.count++;
    if (at > finding.lastSeenAt) finding.lastSeenAt = at;
    store(finding);
  };

  return {
    record(kind: string, { subject, proposals, otherwise }: Judgement, at: Nanos): void {
      if (settings.disable.includes(kind)) return;
      const wanted = proposals.filter((proposal) => !isAllowed(kind, proposal, settings.allow, jobOf));
      const told = [...world.findings.values()].filter((each) => each.kind === kind);
      const before = new Set(told.filter((each) => each.subject === subject));
      for (const proposal of wanted) {
        const victims = partiesKey(proposal.victims);
        const known = [...before].find(
          (each) =>
            partiesKey(each.victims) === victims &&
            (victims !== '' || partiesKey(each.actors) === partiesKey(proposal.actors)),
        );
        if (known) {
          before.delete(known);
          update(known, proposal);
          continue;
        }
        const fingerprint = fingerprintOf(kind, proposal);
        const same = told.find((each) => each.fingerprint === fingerprint && !before.has(each));
        if (same) again(same, subject, proposal, at);
        else open(kind, subject, proposal, at);
      }
      const end = otherwise ?? {
        status: 'withdrawn' as const,
        reason: 'judged again with better evidence: it was not so',
      };
      for (const finding of before) close(finding, end.status, end.reason);
    },
    close,
    /** A person's decision. */
    setStatus(id: number, status: 'open' | 'acknowledged' | 'resolved', note: string | null): void {
      const finding = world.findings.get(id);
      if (!finding) return;
      finding.status = status;
      finding.note = note ?? finding.note;
      store(finding);
    },
    /** Mutes what the rules cover now and opens again what they no longer do. */
    applySuppressions(): void {
      for (const finding of [...world.findings.values()]) {
        const rule = isSuppressed(finding, world.suppressions, world.clock, jobOf);
        if (rule && finding.status === 'open') {
          finding.status = 'suppressed';
          finding.note = rule.reason;
          store(finding);
        } else if (!rule && finding.status === 'suppressed') {
          finding.status = 'open';
          finding.note = null;
          store(finding);
        }
      }
    },
  };
};

export type Findings = ReturnType<typeof createFindings>;
