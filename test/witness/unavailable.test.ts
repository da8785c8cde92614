import { checkSelf, ExecWatchUnavailable } from '../../src/witness/unavailable';

const root = {
  platform: 'linux',
  status: 'Name:\tnode\nCapEff:\t000001ffffffffff\n',
  pidNamespace: 'pid:[4026531836]',
  userNamespace: 'user:[4026531837]',
};
const capabilities = (...bits: number[]) =>
  `CapEff:\t${bits
    .reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n)
    .toString(16)
    .padStart(16, '0')}\n`;

test('root on the host', () => expect(checkSelf(root)).toBeNull());
test('the three capabilities are enough', () =>
  expect(checkSelf({ ...root, status: capabilities(2, 12, 19) })).toBeNull());
test("a container's root with NET_ADMIN alone sees no host jobs", () =>
  expect(checkSelf({ ...root, status: capabilities(1, 12) })).toMatch(/SYS_PTRACE/));

test.each([
  ['not-linux', { platform: 'darwin' }, /Linux/],
  ['not-root', { status: capabilities() }, /needs root/],
  ['pid-namespace', { pidNamespace: 'pid:[4026532000]' }, /--pid=host/],
  ['user-namespace', { userNamespace: 'user:[4026532000]' }, /--userns=host/],
])('%s', (why, change, message) => {
  const refused = (): unknown => checkSelf({ ...root, ...change });
  expect(refused).toThrow(ExecWatchUnavailable);
  expect(refused).toThrow(message);
  try {
    refused();
  } catch (error) {
    expect(error).toMatchObject({ why });
  }
});
