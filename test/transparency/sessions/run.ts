import { image, said, threeMegabytes, type Sessions } from '../session';

/** `docker run` and what belongs to it. */
export const running: Sessions = {
  version: {
    run: ({ sh }) => sh('docker version'),
    expected: said(expect.stringMatching(/Server:[^]*API version:/)),
  },
  'ps shows a container': {
    run: async ({ sh, name }) => {
      await sh(`docker run -d --name ${name} ${image} sleep 60`);
      return sh(
        `docker ps -a --filter name=${name} --format '{{.Image}} {{.Command}} {{.Status}} {{.Names}}'; docker ps -q --no-trunc --filter name=${name}`,
      );
    },
    expected: said(expect.stringMatching(/^busybox:local "sleep 60" Up <duration> t.*\n<id>\n$/)),
  },
  'run with an exit code': {
    run: ({ sh, name }) =>
      sh(`docker run --rm --name ${name} ${image} sh -c 'echo out; echo err >&2; exit 7'`),
    expected: said('out\n', { code: 7, stderr: 'err\n' }),
  },
  'run with 3 MB of output': {
    run: ({ sh, name }) => sh(`docker run --rm --name ${name} ${image} ${threeMegabytes}`),
    expected: said(expect.stringMatching(/^3000000 bytes/)),
  },
  'run with output on both streams at once': {
    run: ({ sh, name }) =>
      sh(`docker run --rm --name ${name} ${image} sh -c "$SCRIPT"`, {
        env: { SCRIPT: `${threeMegabytes} & ${threeMegabytes} | tr 0-9 a-j >&2; wait` },
      }),
    expected: said(expect.stringMatching(/^3000000 bytes/), {
      stderr: expect.stringMatching(/^3000000 bytes/),
    }),
  },
  'run with a slow reader': {
    run: ({ sh, name }) =>
      sh(`docker run --rm --name ${name} ${image} ${threeMegabytes} | { sleep 1; sha256sum; }`),
    expected: said(expect.stringMatching(/^<id> {2}-\n$/)),
  },
  'run -i with piped input that ends early': {
    run: ({ sh, name }) =>
      sh(`printf abc | docker run -i --rm --name ${name} ${image} sh -c 'cat; sleep .4; echo after-eof'`),
    expected: said('abcafter-eof\n'),
  },
  'run -i echoes 3 MB': {
    run: ({ sh, name }) =>
      sh(`docker run -i --rm --name ${name} ${image} cat`, {
        input: Buffer.alloc(3_000_000, 'transparency '),
      }),
    expected: said(expect.stringMatching(/^3000000 bytes/)),
  },
  'run without -i, whose client half-closes at once': {
    run: ({ sh, name }) => sh(`docker run --rm --name ${name} ${image} sh -c 'sleep .6; echo late'`),
    expected: said('late\n'),
  },
  'run -d and wait': {
    run: ({ sh, name }) =>
      sh(
        `docker run -d --name ${name} ${image} sh -c 'sleep 1; exit 9' && docker wait ${name} && docker rm ${name}`,
      ),
    expected: said(expect.stringMatching(/^<id>\n9\nt.*\n$/)),
  },
  'run of a missing command': {
    run: ({ sh, name }) =>
      sh(
        // An old client sometimes tells that it broke off its own waiting.
        `docker run --rm --name ${name} ${image} /nosuch 2> told; code=$?; grep -v 'error waiting for' told >&2; exit $code`,
      ),
    expected: said('', { code: 127, stderr: expect.stringContaining('no such file or directory') }),
  },
  'run of a missing image': {
    run: ({ sh, name }) => sh(`docker run --rm --pull never --name ${name} nosuch/${name}:never true`),
    expected: said('', { code: 125, stderr: expect.stringMatching(/No such image/i) }),
  },
  'run with a name that is taken': {
    run: async ({ sh, name }) => {
      await sh(`docker create --name ${name} ${image} true`);
      return sh(`docker run --rm --name ${name} ${image} true`);
    },
    expected: said('', {
      code: 125,
      stderr: expect.stringMatching(/Conflict\. The container name .* by container "<id>"/),
    }),
  },
  'run with everything in its create body': {
    run: ({ sh, name }) =>
      sh(
        `docker run --rm --name ${name} -v ${name}-data:/data -v /tmp:/host:ro -e 'A=ü "quoted" $x' -l 'l=<&>' ` +
          `--tmpfs /t --hostname h --memory 64m --add-host a:1.2.3.4 -p 127.0.0.1::80 --user 12:34 -w /data ` +
          `${image} sh -c 'echo "$A"; id; pwd; hostname; grep 1.2.3.4 /etc/hosts; ls -d /host /t; cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; true'`,
      ),
    expected: expect.objectContaining({
      stdout: expect.stringContaining(
        'Ã¼ "quoted" $x\nuid=12 gid=34 groups=34\n/data\nh\n1.2.3.4\ta\n/host\n/t\n67108864\n',
      ),
    }),
  },
  'a foreground run gets Ctrl-C': {
    run: ({ sh, name }) =>
      sh(
        `exec docker run --rm --name ${name} ${image} sh -c 'trap "echo caught; exit 5" INT; echo ready; while :; do sleep .1; done'`,
        { steps: [{ after: /ready/, signal: 'SIGINT' }] },
      ),
    expected: said('ready\ncaught\n', { code: 5 }),
  },
  'a client that is killed leaves its container with an ended stdin': {
    run: async ({ sh, name }) => {
      const killed = await sh(
        `exec docker run -i --name ${name} ${image} sh -c 'echo ready; cat; echo ended'`,
        {
          steps: [{ after: /ready/, signal: 'SIGKILL' }],
        },
      );
      return [killed, await sh(`docker wait ${name}; docker logs ${name}`)];
    },
    expected: [said('ready\n', { code: 'SIGKILL' }), said('0\nready\nended\n')],
  },
};
