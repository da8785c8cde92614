/** Nothing answers at the engine's address. */
export class EngineUnreachable extends Error {
  override readonly name = 'EngineUnreachable';
}

/** Something is there, and we may not talk to it. */
export class EngineForbidden extends Error {
  override readonly name = 'EngineForbidden';
}

/** The engine answered, with a status that we cannot use. */
export class EngineRefused extends Error {
  override readonly name = 'EngineRefused';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const missing: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket; is Docker running?',
  ECONNREFUSED: 'nobody listens there; is Docker running?',
  ENOTFOUND: 'the host name is not known',
};

/** What went wrong with a request to `host`, in one of the three classes above. */
export const asEngineError = (host: string, cause: unknown): Error => {
  if (
    cause instanceof EngineUnreachable ||
    cause instanceof EngineForbidden ||
    cause instanceof EngineRefused
  )
    return cause;
  const { code, statusCode, message } = cause as { code?: string; statusCode?: number; message?: string };
  if (statusCode !== undefined)
    return new EngineRefused(
      statusCode,
      `the engine at ${host} answered ${statusCode}: ${message ?? ''}`.trim(),
    );
  if (code === 'EACCES' || code === 'EPERM')
    return new EngineForbidden(
      `permission denied at ${host}: add the user to the group of the socket (usually \`docker\`), or run as root`,
      { cause },
    );
  return new EngineUnreachable(
    `no engine answers at ${host}: ${missing[code ?? ''] ?? message ?? 'the connection failed'}`,
    { cause },
  );
};
