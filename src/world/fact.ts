import type { Act, Container, Death, Exec, GapRow, Job, MountUse, NameUse } from '../domain';

/** What an observation means once the world has taken it in. Detectors are woken by them. */
export type Fact =
  /** A container was created, inspected, or got another owner. */
  | { readonly k: 'container'; readonly container: Container }
  | { readonly k: 'name-taken'; readonly use: NameUse; readonly container: Container }
  /** A container began or ceased to use a volume or path. */
  | { readonly k: 'use'; readonly use: MountUse }
  /** Due for judgement, or its evidence changed. */
  | { readonly k: 'act'; readonly act: Act }
  /** The job ended `leftoverAfter` ago. */
  | { readonly k: 'leftover-due'; readonly job: Job }
  /** A main process ended, or more became known of how. */
  | { readonly k: 'death'; readonly death: Death; readonly container: Container }
  /** A command was seen to begin or to end, or more became known of what it did. */
  | { readonly k: 'exec'; readonly exec: Exec }
  | { readonly k: 'gap'; readonly gap: GapRow }
  /** Once a minute of observed time: do conditions that were found still hold? */
  | { readonly k: 'review' };
