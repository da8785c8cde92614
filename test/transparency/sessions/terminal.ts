import { image, said, threeMegabytes, type Sessions } from '../session';

/** Ctrl-P Ctrl-Q: the keys that detach. */
const detach = '\x10\x11';

/** What people type at: containers and execs on a terminal. */
export const onTerminal: Sessions = {
  'run -it, typed into': {
    run: ({ pty, name }) =>
      pty(`docker run -it --rm --name ${name} ${image} sh`, {
        steps: [
          { after: /# /, send: 'echo $((6*7)); tty\n' },
          { after: /42[^]*# /, send: 'exit 3\n' },
        ],
      }),
    expected: said(expect.stringMatching(/42\r\n\/dev\/pts\/0\r\n[^]*exit 3/), { code: 3 }),
  },
  'run -it gets Ctrl-C as a key': {
    run: ({ pty, name }) =>
      pty(
        `docker run -it --rm --name ${name} ${image} sh -c 'trap "echo caught; exit 5" INT; echo ready; while :; do sleep .1; done'`,
        { steps: [{ after: /ready/, send: '\x03' }] },
      ),
    expected: said(expect.stringMatching(/^ready\r\n\^Ccaught\r\n$/), { code: 5 }),
  },
  'run -it learns the size of its window, and of a new one': {
    run: ({ pty, name }) =>
      pty(
        // Once it is on, the size is changed until that is heard of: the client may not listen yet.
        `stty rows 41 cols 101
        (until docker logs ${name} 2>&1 | grep -q first; do sleep .2; done
          while docker logs ${name} 2>/dev/null | grep -qv second; do for rows in 49 50; do stty rows $rows cols 120 < /dev/tty; sleep .3; done; done) &
        docker run -it --rm --name ${name} ${image} sh -c '
          until stty size 2>/dev/null | grep -q "41 101"; do sleep .1; done; echo first
          until stty size 2>/dev/null | grep -q "50 120"; do sleep .1; done; echo second'`,
      ),
    expected: said('first\r\nsecond\r\n'),
  },
  'run -it with 3 MB of output': {
    run: ({ pty, name }) => pty(`docker run -it --rm --name ${name} ${image} ${threeMegabytes}`),
    expected: said(expect.stringMatching(/^3030000 bytes/)),
  },
  'detach by keys, attach again, type the end': {
    run: async ({ pty, sh, name }) => {
      const first = await pty(`docker run -it --name ${name} ${image} sh`, {
        steps: [
          { after: /# /, send: 'x=kept\n' },
          { after: /kept[^]*# /, send: detach },
        ],
      });
      const state = await sh(`docker inspect -f '{{.State.Status}}' ${name}`);
      const again = await pty(`docker attach ${name}`, {
        steps: [
          { after: /^/, send: '\n' },
          { after: /# /, send: 'echo $x; exit 4\n' },
        ],
      });
      // Which prompts are drawn again depends on the moment.
      return [first.code, state, again.code, /\nkept\r\n/.test(again.stdout.toString())];
    },
    expected: [0, said('running\n'), 4, true],
  },
  'detach by keys of one own choice': {
    run: async ({ pty, name }) => {
      const { code } = await pty(`docker run -it --detach-keys ctrl-a,x --name ${name} ${image} sh`, {
        steps: [{ after: /# /, send: '\x01x' }],
      });
      return code;
    },
    expected: 0,
  },
  'attach to a container that is stopped': {
    run: async ({ sh, name }) => {
      await sh(
        `docker run -d --name ${name} ${image} sh -c 'trap "echo bye; exit 6" TERM; while :; do echo tick; sleep .2; done'`,
      );
      const [attached] = await Promise.all([
        sh(`docker attach --no-stdin ${name}`),
        sh(`sleep 1; docker stop -t 5 ${name}`),
      ]);
      // Which ticks it heard depends on when it came.
      return [attached.code, attached.stdout.toString().replace(/(tick\n)+/, 'ticks\n'), attached.stderr];
    },
    expected: [6, 'ticks\nbye\n', ''],
  },
  'attach -i feeds a container': {
    run: async ({ sh, name }) => {
      await sh(`docker create -i --name ${name} ${image} sha256sum`);
      return sh(`docker start -ai ${name}`, { input: Buffer.alloc(2_000_000, 'fed ') });
    },
    expected: said('<id>  -\n'),
  },
  'exec -it': {
    run: async ({ sh, pty, name }) => {
      await sh(`docker run -d --name ${name} ${image} sleep 60`);
      return pty(`docker exec -it ${name} sh`, {
        steps: [{ after: /# /, send: 'tty; exit 8\n' }],
      });
    },
    expected: said(expect.stringContaining('/dev/pts/'), { code: 8 }),
  },
};
