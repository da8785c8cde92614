import type { ContainerSnapshot, EngineEvent } from '../domain';

/** The engine part's own reading of its JSON, so that a replay takes the same way as the live stream. */
export interface Normalise {
  /** One line of the event stream; undefined when it is not an event. */
  event(text: string): EngineEvent | undefined;
  /** The answer to an inspection of a container; undefined when it is not one. */
  container(answer: unknown): ContainerSnapshot | undefined;
}
