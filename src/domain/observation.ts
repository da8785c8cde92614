import type { CallBegin, CallEnd } from './call';
import type { Gap } from './coverage';
import type {
  ContainerSnapshot,
  EngineEvent,
  EngineInfo,
  ImageSnapshot,
  NetworkSnapshot,
  Scan,
  VolumeSnapshot,
} from './engine';
import type { ExecBegin, ExecEnd, ProcessExit } from './exec';
import type { Nanos } from './time';

export type Inspection =
  | { readonly type: 'container'; readonly found: ContainerSnapshot }
  | { readonly type: 'volume'; readonly found: VolumeSnapshot }
  | { readonly type: 'network'; readonly found: NetworkSnapshot }
  | { readonly type: 'image'; readonly found: ImageSnapshot };

/**
 * Anything the pipeline is fed, in the order it arrived. `at` is when it arrived; an event's own time is `event.time`.
 */
export type Observation =
  | { readonly k: 'engine'; readonly at: Nanos; readonly engine: EngineInfo }
  | { readonly k: 'event'; readonly at: Nanos; readonly event: EngineEvent }
  | { readonly k: 'malformed'; readonly at: Nanos; readonly text: string }
  | { readonly k: 'inspect'; readonly at: Nanos; readonly inspection: Inspection }
  /** The engine said that what we asked for is gone. */
  | {
      readonly k: 'inspect-missed';
      readonly at: Nanos;
      readonly type: Inspection['type'];
      readonly id: string;
    }
  | { readonly k: 'scan'; readonly at: Nanos; readonly scan: Scan }
  | { readonly k: 'gap'; readonly at: Nanos; readonly gap: Gap }
  | { readonly k: 'exec.begin'; readonly at: Nanos; readonly exec: ExecBegin }
  | { readonly k: 'exec.end'; readonly at: Nanos; readonly end: ExecEnd }
  | { readonly k: 'exit'; readonly at: Nanos; readonly exit: ProcessExit }
  | { readonly k: 'call.begin'; readonly at: Nanos; readonly call: CallBegin }
  | { readonly k: 'call.end'; readonly at: Nanos; readonly end: CallEnd }
  /** Everything that the witness saw before `through` has been handed on. */
  | { readonly k: 'watermark'; readonly at: Nanos; readonly through: Nanos }
  /** A source of sight was won or lost; events tell theirs by gaps. */
  | {
      readonly k: 'source';
      readonly at: Nanos;
      readonly source: 'execs' | 'calls';
      readonly state: 'on' | 'off' | 'degraded';
      /** Why it is not on, in words. */
      readonly reason: string | null;
      /** Boot id of the witness that says so; it keeps what a daemon that went away has not heard. */
      readonly witness?: string | undefined;
    }
  | { readonly k: 'tick'; readonly at: Nanos };
