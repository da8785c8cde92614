import type { Evidence, Finding, Nanos } from '../domain';
import type { Judgement, Proposal } from '../detection/detector';
import { createGroups } from '../world/group';
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

  const bySubject = createGroups<string, Finding>();
  const byFingerprint = createGroups<string, Finding>();

  const index = (finding: Finding): void => {
    bySubject.add(`${finding.kind} ${finding.subject}`, finding);
    byFingerprint.add(finding.fingerprint, finding);
  };
  const unindex = (finding: Finding): void => {
    bySubject.remove(`${finding.kind} ${finding.subject}`, finding);
    byFingerprint.remove(finding.fingerprint, finding);
  };
  for (const finding of world.findings.values()) index(finding);

  const change = (finding: Finding, next: Partial<Finding>): void => {
    unindex(finding);
    Object.assign(finding, next);
    finding.revision++;
    world.changes.findings.add(finding);
    if (finding.status === 'resolved' || finding.status === 'withdrawn') world.findings.delete(finding.id);
    else {
      world.findings.set(finding.id, finding);
      index(finding);
    }
  };

  const close = (finding: Finding, status: 'resolved' | 'withdrawn', note: string): void => {
    change(finding, { status, note });
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
    change(finding, muted ? { status: 'suppressed', note: muted.reason } : {});
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
    change(finding, next);
  };

  const again = (finding: Finding, subject: string, proposal: Proposal, at: Nanos): void => {
    const evidence = merged(finding.evidence, proposal.evidence);
    const lastSeenAt = at > finding.lastSeenAt ? at : finding.lastSeenAt;
    const settled = proposal.settled ?? true;
    change(finding, { ...proposal, evidence, subject, settled, lastSeenAt, count: finding.count + 1 });
  };

  return {
    record(kind: string, { subject, proposals, otherwise }: Judgement, at: Nanos): void {
      if (settings.disable.includes(kind)) return;
      const wanted = proposals.filter((proposal) => !isAllowed(kind, proposal, settings.allow, jobOf));
      const before = new Set(bySubject.of(`${kind} ${subject}`));
      for (const proposal of wanted) {
        const victims = partiesKey(proposal.victims);
        const same = [...before].filter(
          (each) =>
            partiesKey(each.victims) === victims &&
            (victims !== '' || partiesKey(each.actors) === partiesKey(proposal.actors)),
        );
        // One command can do two kinds of harm to one victim; of an act the variant becomes known bit by bit.
        const known = same.find(({ variant }) => variant === proposal.variant) ?? same[0];
        if (known) {
          before.delete(known);
          update(known, proposal);
          continue;
        }
        const fingerprint = fingerprintOf(kind, proposal);
        const earlier = [...byFingerprint.of(fingerprint)].find((each) => !before.has(each));
        if (earlier) again(earlier, subject, proposal, at);
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
      change(finding, { status, note: note ?? finding.note });
    },
    /** Mutes what the rules cover now and opens again what they no longer do. */
    applySuppressions(): void {
      for (const finding of [...world.findings.values()]) {
        const rule = isSuppressed(finding, world.suppressions, world.clock, jobOf);
        if (rule && finding.status === 'open') change(finding, { status: 'suppressed', note: rule.reason });
        else if (!rule && finding.status === 'suppressed') change(finding, { status: 'open', note: null });
      }
    },
  };
};

export type Findings = ReturnType<typeof createFindings>;
