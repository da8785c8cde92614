/** How to reach an engine, in the words of Node's http. */
export type Address =
  | { readonly kind: 'socket'; readonly socketPath: string }
  | { readonly kind: 'tcp'; readonly secure: boolean; readonly hostname: string; readonly port: number };

/**
 * Reads a DOCKER_HOST: `unix:///var/run/docker.sock`, `tcp://build-7:2375`, `http://…`, `https://…`.
 * @throws Error that names what is wrong with it
 */
export const parseHost = (host: string): Address => {
  if (host.startsWith('unix://')) {
    const socketPath = host.slice('unix://'.length);
    if (!socketPath.startsWith('/')) throw new Error(`engine host ${host}: expected unix:///absolute/path`);
    return { kind: 'socket', socketPath };
  }
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (!url || !['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '')
    throw new Error(`engine host ${host}: expected unix://, tcp://, http:// or https://`);
  const secure = url.protocol === 'https:' || (url.protocol === 'tcp:' && url.port === '2376');
  // The ports that http and https leave out, and those that Docker means when tcp leaves it out.
  const usual = { 'tcp:': 2375, 'http:': 80, 'https:': 443 }[url.protocol]!;
  return { kind: 'tcp', secure, hostname: url.hostname, port: url.port === '' ? usual : Number(url.port) };
};
