export interface RefusedPort {
  readonly hostIp: string;
  readonly hostPort: number;
  readonly protocol: string | undefined;
  /** The engine's own list of ports has it, so a container holds it; otherwise it may be any process of the host. */
  readonly byContainer: boolean;
  /** The part of the engine's error that says so. */
  readonly text: string;
}

const address = String.raw`(?<ip>\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]*\]|::)?:(?<port>\d{1,5})`;

/** In the words of engines 20.10 to 28 and of Podman's rootless port handler. */
const refusals = [
  { byContainer: true, said: new RegExp(`Bind for ${address} failed: port is already allocated`) },
  {
    byContainer: false,
    said: new RegExp(`listen (?<protocol>tcp|udp)[46]? ${address}: bind: address already in use`),
  },
  {
    byContainer: false,
    said: new RegExp(
      String.raw`failed to bind host port (?:for )?${address}(?::[0-9a-fA-F.:[\]]{1,60})?/(?<protocol>tcp|udp|sctp): address already in use`,
    ),
  },
];

/** Reads which host port a start failed for out of the engine's error; undefined when it failed for another reason. */
export const refusedPort = (error: string): RefusedPort | undefined => {
  for (const { byContainer, said } of refusals) {
    const match = said.exec(error);
    const { ip, port, protocol } = match?.groups ?? {};
    if (!match || port === undefined) continue;
    const hostIp = (ip ?? '').replace(/^\[|\]$/g, '');
    return { hostIp, hostPort: Number(port), protocol, byContainer, text: match[0] };
  }
  return undefined;
};
