import type { Api } from '../api';
import type { Identifier } from '../attribution/identity';
import type { Caller, Reader } from '../domain';
import type { CallerAnswer, CallerQuestion } from '../link';
import type { Secret } from '../secret';
import { describeProcess } from '../world/describe';

interface Parts {
  readonly reader: Pick<Reader, 'container'>;
  readonly identifier: Pick<Identifier, 'identify'>;
  readonly api: Pick<Api, 'inject'>;
  /** As the API listens, for its own check of the Host header. */
  readonly listen: string;
  readonly token: Secret | undefined;
}

const json = (status: number, value: unknown): CallerAnswer => ({
  status,
  contentType: 'application/json',
  body: `${JSON.stringify(value)}\n`,
});

const nobody = json(404, {
  message: 'crosstalk: no CI job is known for the process that asks; /_crosstalk/whoami tells what is known',
});

const containerOf = (reader: Parts['reader'], id: string) => {
  const looked = reader.container(id);
  return looked && 'found' in looked ? looked.found : undefined;
};

/**
 * What the audit socket's own addresses answer, for the calling job alone: the kernel vouches for who asks, so no token is
 * needed, and nobody can ask about another job.
 */
export const createAnswersForCallers = ({ reader, identifier, api, listen, token }: Parts) => {
  const jobOf = (caller: Caller): string | null => {
    if (caller.containerId === null)
      return identifier.identify(describeProcess(caller.env)).claims[0]?.key ?? null;
    const owner = containerOf(reader, caller.containerId)?.owner;
    return owner === undefined || owner.confidence === 'possible' ? null : owner.job;
  };

  const whoami = (caller: Caller): CallerAnswer => {
    const { pid, uid, exe, containerId } = caller;
    const container = containerId === null ? undefined : containerOf(reader, containerId);
    return json(200, {
      job: jobOf(caller),
      process: { pid, uid, exe },
      container: containerId === null ? null : { id: containerId, name: container?.name ?? null },
      because: container?.owner.because ?? [],
    });
  };

  const fromApi = async (path: string, accept: string): Promise<CallerAnswer> => {
    const { statusCode, headers, body } = await api.inject({
      method: 'GET',
      url: path,
      headers: { host: listen, accept, ...(token && { authorization: `Bearer ${token.reveal()}` }) },
    });
    return { status: statusCode, contentType: String(headers['content-type'] ?? 'text/plain'), body };
  };

  return async ({ what, caller, accept, format }: CallerQuestion): Promise<CallerAnswer> => {
    if (what === 'whoami') return whoami(caller);
    const job = jobOf(caller);
    if (what === 'job') return json(200, { job });
    if (job === null) return nobody;
    const asked = format === null ? '' : `?${new URLSearchParams({ format }).toString()}`;
    return what === 'report'
      ? fromApi(`/api/v1/jobs/${encodeURIComponent(job)}/report${asked}`, accept)
      : fromApi(`/api/v1/findings?${new URLSearchParams({ job, limit: '500' }).toString()}`, accept);
  };
};
