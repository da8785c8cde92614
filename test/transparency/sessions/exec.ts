import { image, said, type Sessions } from '../session';
import type { Context } from '../session';

const sleeping = ({ sh, name }: Context): Promise<unknown> =>
  sh(`docker run -d --name ${name} ${image} sleep 60`);

/** `docker exec`. */
export const executing: Sessions = {
  'exec with an exit code': {
    run: async (context) => {
      await sleeping(context);
      return context.sh(`docker exec ${context.name} sh -c 'echo out; echo err >&2; exit 11'`);
    },
    expected: said('out\n', { code: 11, stderr: 'err\n' }),
  },
  'exec -i with 3 MB both ways': {
    run: async (context) => {
      await sleeping(context);
      return context.sh(`docker exec -i ${context.name} cat`, {
        input: Buffer.alloc(3_000_000, 'to and fro '),
      });
    },
    expected: said(expect.stringMatching(/^3000000 bytes/)),
  },
  'exec -i that answers after the end of its input': {
    run: async (context) => {
      await sleeping(context);
      return context.sh(
        `printf abc | docker exec -i ${context.name} sh -c 'cat; sleep .4; echo after-eof; exit 2'`,
      );
    },
    expected: said('abcafter-eof\n', { code: 2 }),
  },
  'exec -t without input': {
    run: async (context) => {
      await sleeping(context);
      return context.sh(`docker exec -t ${context.name} sh -c 'tty; echo two'`);
    },
    expected: said(expect.stringMatching(/^\/dev\/pts\/\d+\r\ntwo\r\n$/)),
  },
  'exec -d with an environment': {
    run: async (context) => {
      await sleeping(context);
      const { name } = context;
      return context.sh(
        `docker exec -d -e A=b -w /tmp ${name} sh -c 'echo $A $PWD > /root/told'; ` +
          `for i in 1 2 3 4 5 6 7 8 9; do docker exec ${name} cat /root/told 2>/dev/null && break; sleep .2; done`,
      );
    },
    expected: said('b /tmp\n'),
  },
  'exec of a missing command': {
    run: async (context) => {
      await sleeping(context);
      return context.sh(`docker exec ${context.name} /nosuch`);
    },
    // 20.10 tells it in the output of the exec, later engines as an error.
    expected: expect.objectContaining({ code: expect.any(Number) }),
  },
  'exec in no container': {
    run: ({ sh, name }) => sh(`docker exec ${name} true`),
    expected: said('', { code: 1, stderr: expect.stringMatching(/No such container/) }),
  },
};
