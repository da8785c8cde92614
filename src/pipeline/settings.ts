/** What is meant to be shared, so that nobody is told of it. All keys given must hold. */
export interface AllowRule {
  readonly kind?: string | undefined;
  /** Resource name; `*` stands for anything. */
  readonly name?: string | undefined;
  readonly same?: 'pipeline' | 'project' | 'runner' | undefined;
}

export interface DetectSettings {
  readonly leftoverAfterMs: number;
  /** Kinds of findings that are not looked for. */
  readonly disable: readonly string[];
  readonly allow: readonly AllowRule[];
  /** Path of the engine's own socket, where there is an audit socket that jobs should use instead. */
  readonly bypassedSocket?: string | undefined;
}
