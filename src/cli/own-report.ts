import { askSocket } from './audit-socket';
import { CommandError } from './exit';
import { harmless, type Environment } from './terminal';

/** The socket that docker clients use here; undefined where they use none of this host. */
const dockerSocket = ({ DOCKER_HOST: host }: Environment): string | undefined => {
  if (host === undefined || host === '') return '/var/run/docker.sock';
  return host.startsWith('unix://') ? host.slice('unix://'.length) : undefined;
};

const messageOf = (body: string): string => {
  try {
    const { message, detail } = JSON.parse(body) as { message?: unknown; detail?: unknown };
    return harmless(String(message ?? detail ?? body));
  } catch {
    return harmless(body.slice(0, 500));
  }
};

/**
 * The report of the job in which this runs, asked of the audit socket where that is what docker clients use here: it needs
 * no address, no token and no job key, since the kernel tells who asks. Undefined where there is no audit socket.
 */
export const reportOfOwnJob = async (env: Environment, format: string): Promise<string | undefined> => {
  const socketPath = dockerSocket(env);
  const answered = socketPath && (await askSocket(socketPath, `/_crosstalk/report?format=${format}`));
  if (!answered || !answered.own) return undefined;
  if (answered.status === 200) return answered.body;
  throw new CommandError(`the audit socket ${socketPath} gives no report: ${messageOf(answered.body)}`);
};
