import { image, said, threeMegabytes, type Sessions } from '../session';

const counting = "sh -c 'for i in 1 2 3 4 5; do echo $i; echo e$i >&2; sleep .2; done'";
const endless = "sh -c 'i=0; while :; do i=$((i+1)); echo line $i; sleep .1; done'";

/** Answers that last: logs, events, stats. */
export const following: Sessions = {
  'logs, with time, tail and both streams': {
    run: ({ sh, name }) =>
      sh(
        `docker run --name ${name} ${image} sh -c 'echo a; sleep .1; echo b >&2; sleep .1; echo c' >/dev/null 2>&1
         docker logs ${name}; docker logs -t -n 1 ${name}; docker logs --details --since 1h ${name}`,
      ),
    expected: said('a\nc\n<time> c\n a\n c\n', { stderr: 'b\n b\n' }),
  },
  'logs of 3 MB': {
    run: ({ sh, name }) =>
      sh(`docker run --name ${name} ${image} ${threeMegabytes} > /dev/null; docker logs ${name}`),
    expected: said(expect.stringMatching(/^3000000 bytes/)),
  },
  'logs -f until the container ends': {
    run: ({ sh, name }) =>
      sh(`docker run -d --name ${name} ${image} ${counting} >/dev/null; docker logs -f ${name}`),
    expected: said('1\n2\n3\n4\n5\n', { stderr: 'e1\ne2\ne3\ne4\ne5\n' }),
  },
  'logs -f that the client breaks off': {
    run: async ({ sh, name }) => {
      await sh(`docker run -d --name ${name} ${image} ${endless}`);
      const { code, stdout } = await sh(`exec docker logs -f ${name}`, {
        steps: [{ after: /line 5/, signal: 'SIGINT' }],
      });
      return [code, stdout.toString().startsWith('line 1\nline 2\nline 3\nline 4\nline 5\n')];
    },
    expected: [expect.anything(), true],
  },
  'logs -f of two readers, one slow': {
    run: async ({ sh, name }) => {
      await sh(`docker run -d --name ${name} ${image} sh -c "$SCRIPT"`, {
        env: { SCRIPT: `${threeMegabytes}; sleep 1; echo end` },
      });
      return Promise.all([
        sh(`docker logs -f ${name} | sha256sum`),
        sh(`docker logs -f ${name} | { sleep 1.5; sha256sum; }`),
      ]);
    },
    expected: [said('<id>  -\n'), said('<id>  -\n')],
  },
  'events of a span of time': {
    run: ({ sh, name }) =>
      sh(
        `since=$(date +%s.%N); docker run --rm --network none --name ${name} ${image} true; sleep .5
         docker events --since $since --until $(date +%s.%N) --filter container=${name}`,
      ),
    expected: said(
      expect.stringMatching(
        /^<time> container create <id> \(image=busybox:local, name=t.*\n<time> container attach [^]*die[^]*destroy/,
      ),
    ),
  },
  'events as they come, broken off by the client': {
    run: async ({ sh, name }) => {
      const since = (Date.now() / 1000).toFixed(3);
      const [events] = await Promise.all([
        sh(`exec docker events --since ${since} --filter container=${name} --format '{{.Action}}'`, {
          steps: [{ after: /destroy\n/, signal: 'SIGINT' }],
        }),
        sh(`sleep .5; docker run --network none --name ${name} ${image} true; docker rm ${name}`),
      ]);
      return events;
    },
    expected: expect.objectContaining({ stdout: 'create\nattach\nstart\ndie\ndestroy\n' }),
  },
  'stats once': {
    run: async ({ sh, name }) => {
      await sh(`docker run -d --name ${name} ${image} sleep 60`);
      return sh(`docker stats --no-stream --format '{{.Name}} {{.PIDs}}' ${name}`);
    },
    expected: said(expect.stringMatching(/^t\S+ 1\n$/)),
  },
  'stats as a stream, broken off by the client': {
    run: async ({ sh, name }) => {
      await sh(`docker run -d --name ${name} ${image} sleep 60`);
      const { code, stdout } = await sh(`exec docker stats --format 'of {{.Name}}.' ${name}`, {
        // The command takes no single Ctrl-C for an end.
        steps: [{ after: /of t[^]*of t/, signal: 'SIGKILL' }],
      });
      return [code, stdout.includes(`of ${name}.`)];
    },
    expected: ['SIGKILL', true],
  },
  'top, diff and port': {
    run: async ({ sh, name }) => {
      await sh(`docker run -d --name ${name} -p 127.0.0.1::80 ${image} sh -c 'echo x > /root/new; sleep 60'`);
      // Only engine 20.10 finds a ps.
      const { code } = await sh(`docker top ${name}`);
      const told = await sh(`sleep .3; docker diff ${name}; docker port ${name} | sed 's/:[0-9]*$/:<port>/'`);
      return [code, told];
    },
    expected: [expect.any(Number), said('C /root\nA /root/new\n80/tcp -> 127.0.0.1:<port>\n')],
  },
};
