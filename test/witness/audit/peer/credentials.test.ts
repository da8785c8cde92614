import { createPeerSocket } from '../../../../src/witness/audit/peer/credentials';
import { loadLibc } from '../../../../src/witness/netlink/libc';

const libc = loadLibc();

/** A kernel that answers so when it is asked for a descriptor of the peer. */
const kernel = (errno: number) => {
  let asked = 0;
  const getsockopt = (): number => {
    asked += 1;
    return -1;
  };
  const socket = createPeerSocket({ ...libc, getsockopt, errno: () => errno });
  return { socket, asked: () => asked };
};

test.each([
  ['ESRCH', 3, 'gone'],
  ['EINVAL', 22, 'gone'],
  ['ENODATA', 61, 'gone'],
  ['EMFILE', 24, 'none'],
  ['EPERM', 1, 'none'],
])('%s is an answer for one peer', (_, errno, answer) => {
  const { socket, asked } = kernel(errno);
  expect([socket.pidfd(7), socket.pidfd(7), asked()]).toEqual([answer, answer, 2]);
});

test('a kernel without such descriptors is asked once', () => {
  const { socket, asked } = kernel(92);
  expect([socket.pidfd(7), socket.pidfd(7), asked()]).toEqual(['none', 'none', 1]);
});

test('what is no socket has no credentials, and a descriptor that is none counts as ended', () => {
  const socket = createPeerSocket(libc);
  expect(socket.credentials(-1)).toBeUndefined();
  expect(socket.pidfd(1_000_000)).toBe('none');
  expect(socket.hasEnded(1_000_000)).toBe(true);
});
