import { HOUR, type Nanos, type Observation } from '../domain';
import { type Keep, normaliseEvent } from '../engine';
import type { Line } from './lines';
import type { Meta, Note } from './meta';
import { asInspected, seenNames } from './inspected';

/**
 * A bare stream has no arrival times: an event arrives at its own time, but never before the one ahead of it, and after
 * a break not before the stream was connected again. What the meta file knows is put in at its own time. It ends with a
 * tick an hour later, when everything that waits has been judged.
 */
export async function* observeBareStream(
  lines: AsyncIterable<Line>,
  meta: Meta,
  keep: Keep,
): AsyncGenerator<Observation> {
  const names = seenNames();
  const notes = [...meta.notes];
  const connections = [...meta.connections];
  let clock: Nanos = connections[0]?.at ?? notes[0]?.at ?? 0n;
  let started = false;

  const observe = (note: Note): Observation | undefined => {
    if (note.at > clock) clock = note.at;
    if (note.k === 'gap') return { k: 'gap', at: clock, gap: note.gap };
    return asInspected(note, clock, names, keep);
  };
  const until = function* (at: Nanos): Generator<Observation> {
    for (let note = notes[0]; note && note.at <= at; note = notes[0]) {
      notes.shift();
      const observation = observe(note);
      if (observation) yield observation;
    }
  };

  for await (const { text, endByte } of lines) {
    const event = normaliseEvent(text, keep.keepLabel);
    if (!started) {
      started = true;
      if (clock === 0n && event) clock = event.time;
      if (meta.engine) yield { k: 'engine', at: clock, engine: meta.engine };
    }
    for (let next = connections[0]; next && next.fromByte < endByte; next = connections[0]) {
      connections.shift();
      yield* until(next.at);
      if (next.at > clock) clock = next.at;
    }
    if (!event) {
      yield { k: 'malformed', at: clock, text };
      continue;
    }
    yield* until(event.time);
    if (event.time > clock) clock = event.time;
    names.learn(event);
    yield { k: 'event', at: clock, event };
  }
  if (!started && meta.engine) yield { k: 'engine', at: clock, engine: meta.engine };
  for (const note of notes) {
    const observation = observe(note);
    if (observation) yield observation;
  }
  yield { k: 'tick', at: clock + HOUR };
}
