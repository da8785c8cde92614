import { containersOf, outermostContainer } from '../../src/witness/cgroup';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);

test.each<[string, string, string[]]>([
  ['a process of the host', '4:memory:/user.slice\n0::/init.scope\n', []],
  ['the engine itself', '0::/system.slice/docker.service\n', []],
  ['cgroupfs, v1', `12:cpuset:/docker/${a}\n4:memory:/docker/${a}\n`, [a]],
  ['cgroupfs, v2', `0::/docker/${a}\n`, [a]],
  ['systemd', `0::/system.slice/docker-${a}.scope\n`, [a]],
  ['below a parent of its own', `4:memory:/ci/job-7/${a}\n`, [a]],
  ['a process deeper inside', `0::/system.slice/docker-${a}.scope/init.scope\n`, [a]],
  ['Docker in Docker', `4:memory:/docker/${a}/docker/${b}\n0::/docker/${a}\n`, [a, b]],
  ['Docker in Docker, the short line first', `0::/docker/${a}\n4:memory:/docker/${a}/docker/${b}\n`, [a, b]],
  ['only one controller', `5:cpu:/\n4:memory:/docker/${a}\n`, [a]],
  ['Podman, cgroupfs', `0::/libpod_parent/libpod-${a}\n`, [a]],
  ['Podman, systemd', `0::/machine.slice/libpod-${a}.scope/container\n`, [a]],
  ["Podman's monitor", `0::/machine.slice/libpod-conmon-${a}.scope\n`, []],
  ['Kubernetes', `0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-${a}.scope\n`, [a]],
  ['seen from another cgroup namespace', `0::/../${a}\n`, [a]],
  ['a colon in the path', `0::/a:b/docker/${a}\n`, [a]],
  ['too short or too long', `0::/docker/${a.slice(1)}/${a}0\n`, []],
])('%s', (_, text, ids) => expect(containersOf(text)).toEqual(ids));

test("the witness's own container is not the caller's", () => {
  const nested = `0::/docker/${a}/docker/${b}`;
  expect(outermostContainer(nested, new Set())).toBe(a);
  expect(outermostContainer(nested, new Set([a]))).toBe(b);
  expect(outermostContainer(`0::/docker/${a}`, new Set([a]))).toBeNull();
});
