import type { PortBinding } from '../domain';
import { asInteger, asList, asObject, asText, integerOf, type JsonObject } from './json';

/** `{"80/tcp": [{HostIp, HostPort}]}`; null stands for a port that is exposed and not published. */
const readPortMap = (map: JsonObject): readonly PortBinding[] =>
  Object.entries(map).flatMap(([key, bindings]) => {
    const [port, protocol = 'tcp'] = key.split('/');
    const containerPort = integerOf(port);
    return asList(bindings).flatMap((binding) => {
      const { HostIp, HostPort } = asObject(binding);
      const hostPort = integerOf(asText(HostPort));
      // Empty and 0: the engine chooses at start.
      if (containerPort === undefined || !hostPort || hostPort < 0) return [];
      return [{ hostIp: asText(HostIp), hostPort, containerPort, protocol }];
    });
  });

const rank = ({ containerPort, protocol, hostIp, hostPort }: PortBinding): string =>
  `${String(containerPort).padStart(5)} ${protocol} ${hostIp} ${hostPort}`;

/** The engine's own order changes from one answer to the next. */
const inOrder = (ports: readonly PortBinding[]): readonly PortBinding[] =>
  [...ports].sort((one, other) => (rank(one) < rank(other) ? -1 : 1));

/** Real ports where the container runs; where it does not, those it was asked to publish. */
export const portsOfInspect = (
  hostConfig: JsonObject,
  networkSettings: JsonObject,
): readonly PortBinding[] => {
  const real = readPortMap(asObject(networkSettings['Ports']));
  const asked = readPortMap(asObject(hostConfig['PortBindings']));
  const known = new Set(real.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`));
  const open = asked.filter(({ containerPort, protocol }) => !known.has(`${containerPort}/${protocol}`));
  return inOrder([...real, ...open]);
};

/** A list shows the ports of running containers only. */
export const portsOfList = (ports: unknown): readonly PortBinding[] =>
  inOrder(
    asList(ports).flatMap((port) => {
      const { IP, PrivatePort, PublicPort, Type } = asObject(port);
      const hostPort = asInteger(PublicPort);
      const containerPort = asInteger(PrivatePort);
      if (!hostPort || containerPort === undefined) return [];
      return [{ hostIp: asText(IP), hostPort, containerPort, protocol: asText(Type) || 'tcp' }];
    }),
  );
