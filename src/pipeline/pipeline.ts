import type { Identifier } from '../attribution/identity';
import {
  type Changes,
  type Container,
  type Exec,
  type Gap,
  type GapRow,
  type Memory,
  MILLISECOND,
  MINUTE,
  type Nanos,
  type Observation,
  SECOND,
  type Suppression,
} from '../domain';
import type { Detector } from '../detection/detector';
import { applyEvent, createSeen } from '../world/apply-event';
import { beginCall, endCall } from '../world/apply-call';
import { beginExec, endExec, endProcess } from '../world/apply-exec';
import { applyInspection } from '../world/apply-inspection';
import { applyScan } from '../world/apply-scan';
import type { Context } from '../world/context';
import type { Fact } from '../world/fact';
import { forget } from '../world/forget';
import { aliveContainers, endJob, endsAt } from '../world/jobs';
import { doersOf } from '../world/effects';
import { createOwners } from '../world/ownership';
import { countLost, learnSource } from '../world/sources';
import { createTimers } from '../world/timers';
import { createWorld, takeChanges } from '../world/world';
import { classifyDeath } from '../detection/deaths';
import { acting } from '../detection/commands';
import { isJudgeable, mayBeShutdown } from '../detection/judge-act';
import { createFindings } from './findings';
import { createHistory } from './history';
import type { DetectSettings } from './settings';

export interface PipelineParts {
  readonly memory: Memory;
  readonly identifier: Identifier;
  readonly detectors: readonly Detector[];
  readonly settings: DetectSettings;
  /** A detector that throws costs its own finding, never the event. */
  onDetectorError?(kind: string, error: unknown): void;
}

/** Containers of an engine that shuts down get 10 s to end; the break of the stream that tells of it follows. */
const shutdownPatience: Nanos = 10n * SECOND;
/** A witness that says nothing for so long is not waited for. */
const witnessPatience: Nanos = 2n * SECOND;
/** An engine's own kills at shutdown come at most this long before its stream breaks. */
const beforeShutdown: Nanos = MINUTE;

/**
 * The core: takes observations in the order of their arrival and answers what they changed. Synchronous, without I/O,
 * clock or randomness; the same observations give the same changes however they are cut into batches.
 */
export const createPipeline = (parts: PipelineParts) => {
  const { memory, identifier, detectors, settings } = parts;
  const world = createWorld(memory);
  const facts: Fact[] = [];
  const emit = (fact: Fact): void => void facts.push(fact);
  const owners = createOwners(world, identifier, emit);
  const timers = createTimers();
  const context: Context = { world, identifier, owners, timers, emit };
  const history = createHistory(world, owners, identifier, settings);
  const findings = createFindings(world, settings);
  const seen = createSeen(memory.recentEvents);
  const leftoverAfter = BigInt(settings.leftoverAfterMs) * MILLISECOND;
  const wakes = new Map<Fact['k'], Detector[]>();
  for (const detector of detectors)
    for (const kind of detector.on) wakes.set(kind, [...(wakes.get(kind) ?? []), detector]);
  let lastScanAt: Nanos | null = null;
  let gapSinceScan = false;

  /** Evidence about a container changed: what was done to it, and what followed from its taking a name, is judged again. */
  const rejudge = (container: Container): void => {
    for (const act of world.actsOfContainer.of(container.id)) emit({ k: 'act', act });
    for (const use of history.holders('container', container.name)) {
      if (use.resource === container.id || use.to === null || container.createdAt - use.to > 3n * SECOND)
        continue;
      for (const act of world.actsOfContainer.of(use.resource)) emit({ k: 'act', act });
    }
  };

  /** What a command that was told of late, or that failed, can or cannot have done is judged again. */
  const rejudgeActs = (exec: Exec): void => {
    if (!acting.has(exec.verb)) return;
    for (const act of history.actsBetween(exec.at, exec.endAt === null ? world.clock : exec.endAt + SECOND))
      emit({ k: 'act', act });
  };

  const detect = (fact: Fact, at: Nanos): void => {
    for (const detector of wakes.get(fact.k) ?? []) {
      try {
        const judgement = detector.judge(fact, history);
        if (judgement) findings.record(detector.kind, judgement, at);
      } catch (error) {
        parts.onDetectorError?.(detector.kind, error);
      }
    }
  };

  const settleFacts = (at: Nanos): void => {
    for (let fact = facts.shift(); fact; fact = facts.shift()) {
      // An act that is still open is judged when it is due, with all that belongs to it, unless a command decides it.
      if (fact.k === 'act' && !isJudgeable(fact.act, history)) continue;
      detect(fact, fact.k === 'act' ? fact.act.at : at);
      if (fact.k === 'container') rejudge(fact.container);
      if (fact.k === 'exec') rejudgeActs(fact.exec);

      if (fact.k === 'death' || fact.k === 'act') classifyDeath(fact, history, world.changes.deaths);
    }
  };

  const review = (): void => {
    for (const finding of [...world.findings.values()]) {
      const detector = detectors.find((each) => each.kind === finding.kind);
      const day = world.clock - finding.lastSeenAt > 24n * 60n * MINUTE;
      const reason = detector?.over ? detector.over(finding, history) : day ? 'a day has passed' : undefined;
      if (reason) findings.close(finding, 'resolved', reason);
    }
    findings.applySuppressions();
    forget(context);
    emit({ k: 'review' });
  };

  const fire = (key: string, due: Nanos): void => {
    const [what, id] = key.split(' ') as [string, string | undefined];
    if (what === 'review') {
      review();
      timers.set('review', due + MINUTE);
    } else if (what === 'act') {
      const act = world.acts.get(Number(id));
      if (!act) return;
      if (mayBeShutdown(act, history) && due < act.lastAt + shutdownPatience) {
        act.dueAt = act.lastAt + shutdownPatience;
        timers.set(key, act.dueAt);
      } else {
        act.dueAt = null;
        world.openActs.delete(act);
        emit({ k: 'act', act });
      }
      world.changes.acts.add(act);
    } else if (what === 'job') {
      const job = world.jobs.get(Number(id));
      if (!job || job.state === 'ended' || aliveContainers(world, job).length > 0) return;
      if (endsAt(job) > due) return timers.set(key, endsAt(job));
      endJob(world, job);
      timers.set(`leftover ${job.id}`, job.lastAliveAt + leftoverAfter);
    } else if (what === 'leftover') {
      const job = world.jobs.get(Number(id));
      if (job?.state === 'ended') emit({ k: 'leftover-due', job });
    }
  };

  /** Runs what was due before `at`, in order, each at its own time. */
  const advance = (at: Nanos): void => {
    for (let timer = timers.next(at); timer; timer = timers.next(at)) {
      if (timer.due > world.clock) world.clock = timer.due;
      fire(timer.key, timer.due);
      settleFacts(world.clock);
    }
    if (at > world.clock) world.clock = at;
    if (world.unjudged.size > 0) judgeEffects(world.clock - witnessPatience);
  };

  const recordGap = ({ count, ...gap }: Gap): void => {
    countLost(context, { ...gap, count });
    const row: GapRow = { ...gap, id: ++world.lastIds.gap };
    world.gaps.add(row);
    world.changes.gaps.push(row);
    gapSinceScan = true;
    emit({ k: 'gap', gap: row });
    if (gap.reason !== 'engine-restart' || gap.from === null) return;
    for (const act of world.acts.values()) if (act.at >= gap.from - beforeShutdown) emit({ k: 'act', act });
  };

  /** Whoever can have brought about what happened until then is judged by it. */
  const judgeEffects = (until: Nanos): void => {
    for (const effect of world.unjudged) {
      if (effect.at > until) continue;
      world.unjudged.delete(effect);
      for (const exec of doersOf(world, effect)) emit({ k: 'exec', exec });
    }
  };

  /** Everything that can have done what is still open has been told of. */
  const passWatermark = (through: Nanos): void => {
    if (through > world.watermark) world.watermark = through;
    for (const act of world.openActs) if (act.lastAt <= through) emit({ k: 'act', act });
    judgeEffects(through);
  };

  const apply = (observation: Observation): void => {
    switch (observation.k) {
      case 'event':
        if (seen.first(observation.event, world.lastEventTime)) applyEvent(context, observation.event);
        return;
      case 'inspect':
        return applyInspection(context, observation.inspection, observation.at);
      case 'scan': {
        const drift = applyScan(context, observation.scan, {
          explained: gapSinceScan,
          previous: lastScanAt,
        });
        if (drift) recordGap(drift);
        lastScanAt = observation.scan.from;
        gapSinceScan = false;
        return;
      }
      case 'gap':
        return recordGap(observation.gap);
      case 'engine':
        world.engine = observation.engine;
        return;
      case 'malformed':
        world.changes.malformed++;
        return;
      case 'inspect-missed':
      case 'tick':
        return;
      case 'exec.begin':
        return beginExec(context, observation.exec);
      case 'exec.end':
        return endExec(context, observation.end);
      case 'exit':
        return endProcess(context, observation.exit);
      case 'call.begin':
        return beginCall(context, observation.call);
      case 'call.end':
        return endCall(context, observation.end);
      case 'watermark':
        return passWatermark(observation.through);
      case 'source':
        return learnSource(context, observation);
    }
  };

  /** A job of which nothing runs any more ends when its grace has passed. */
  const awaitEnds = (): void => {
    for (const job of world.stirred) {
      if (job.aliasOf !== null || job.state === 'ended') continue;
      if (aliveContainers(world, job).length > 0) timers.clear(`job ${job.id}`);
      else timers.set(`job ${job.id}`, endsAt(job));
    }
    world.stirred.clear();
  };

  const setTimers = (): void => {
    timers.set('review', (world.clock / MINUTE + 1n) * MINUTE);
    for (const act of world.acts.values()) if (act.dueAt !== null) timers.set(`act ${act.id}`, act.dueAt);
    for (const job of world.jobs.values())
      if (job.aliasOf === null && job.endedAt !== null && job.endedAt + leftoverAfter > world.clock)
        timers.set(`leftover ${job.id}`, job.endedAt + leftoverAfter);
    awaitEnds();
  };
  let timersSet = false;

  return {
    process(batch: readonly Observation[]): Changes {
      for (const observation of batch) {
        if (!timersSet) {
          // Before the first observation of a new database there is no time to count from.
          if (world.clock === 0n) world.clock = observation.at;
          setTimers();
          timersSet = true;
        }
        advance(observation.at);
        apply(observation);
        awaitEnds();
        settleFacts(world.clock);
      }
      return takeChanges(world);
    },
    /** A person acknowledged, resolved or opened a finding. */
    setStatus(id: number, status: 'open' | 'acknowledged' | 'resolved', note: string | null): Changes {
      findings.setStatus(id, status, note);
      return takeChanges(world);
    },
    setSuppressions(suppressions: readonly Suppression[]): Changes {
      world.suppressions = [...suppressions];
      findings.applySuppressions();
      return takeChanges(world);
    },
  };
};

export type Pipeline = ReturnType<typeof createPipeline>;
