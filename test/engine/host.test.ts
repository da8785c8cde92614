import { parseHost } from '../../src/engine/host';

test.each([
  ['unix:///var/run/docker.sock', { kind: 'socket', socketPath: '/var/run/docker.sock' }],
  ['tcp://build-7:2375', { kind: 'tcp', secure: false, hostname: 'build-7', port: 2375 }],
  ['tcp://build-7', { kind: 'tcp', secure: false, hostname: 'build-7', port: 2375 }],
  ['tcp://[::1]:4243', { kind: 'tcp', secure: false, hostname: '[::1]', port: 4243 }],
  ['http://127.0.0.1', { kind: 'tcp', secure: false, hostname: '127.0.0.1', port: 80 }],
  ['https://build-7', { kind: 'tcp', secure: true, hostname: 'build-7', port: 443 }],
])('%s', (host, address) => {
  expect(parseHost(host)).toEqual(address);
});

test.each(['', 'build-7:2375', 'unix://docker.sock', 'ssh://build-7', 'tcp://'])(
  '%j is refused by name',
  (host) => {
    expect(() => parseHost(host)).toThrow(`engine host ${host}: expected`);
  },
);
