import http from 'node:http';

interface Answered {
  readonly status: number;
  readonly body: string;
  /** The audit socket itself answered, not the engine behind it or an engine alone. */
  readonly own: boolean;
}

const longestWaitMs = 10_000;

/** Asks a Unix socket that speaks HTTP; undefined where nothing answers. */
export const askSocket = (socketPath: string, path: string): Promise<Answered | undefined> =>
  new Promise((resolve) => {
    // A connection of its own: the next question may be asked of another socket at the same path.
    const asked = { socketPath, path, headers: { host: 'crosstalk' }, timeout: longestWaitMs, agent: false };
    const request = http.get(asked, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', () => resolve(undefined));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          own: answer.headers.server === 'crosstalk',
        }),
      );
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
