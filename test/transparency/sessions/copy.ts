import { image, said, type Context, type Sessions } from '../session';

const made = async ({ sh, name }: Context): Promise<unknown> => {
  const { code, stderr } = await sh(
    `mkdir -p tree/deep/empty && echo one > tree/one && echo two > tree/deep/two && ln -s one tree/link && chmod 640 tree/one
     seq 1 1500000 > big
     docker create --name ${name} ${image} sh -c 'cd /in && find tree | sort && cat tree/one tree/deep/two && stat -c %a tree/one && sha256sum big'`,
  );
  if (code !== 0) throw new Error(stderr.toString());
  return undefined;
};

/** `docker cp`, both ways. */
export const copying: Sessions = {
  'cp in: a directory, a file, a big one': {
    run: async (context) => {
      await made(context);
      const { sh, name } = context;
      return sh(
        `mkdir in && docker cp in ${name}:/in && docker cp tree ${name}:/in/ && docker cp big ${name}:/in/big && docker start -a ${name}; sha256sum big >&2`,
      );
    },
    expected: expect.objectContaining({
      code: 0,
      stdout:
        'tree\ntree/deep\ntree/deep/empty\ntree/deep/two\ntree/link\ntree/one\none\ntwo\n640\n<id>  big\n',
    }),
  },
  'cp out: what went in': {
    run: async (context) => {
      await made(context);
      const { sh, name } = context;
      return sh(
        `docker cp tree ${name}:/root/ 2>/dev/null && docker cp big ${name}:/root/big 2>/dev/null &&
         docker cp ${name}:/root/tree back && docker cp ${name}:/root/big back.big &&
         diff -r tree back && cmp big back.big && readlink back/link && echo same`,
      );
    },
    expected: expect.objectContaining({ code: 0, stdout: 'one\nsame\n' }),
  },
  'cp as a tar, both ways': {
    run: async (context) => {
      await made(context);
      const { sh, name } = context;
      return sh(`tar c tree | docker cp - ${name}:/tmp/ && docker cp ${name}:/tmp/tree - | tar t | sort`);
    },
    expected: expect.objectContaining({
      stdout: 'tree/\ntree/deep/\ntree/deep/empty/\ntree/deep/two\ntree/link\ntree/one\n',
    }),
  },
  'cp of what is not there': {
    run: async ({ sh, name }) => {
      await sh(`docker create --name ${name} ${image} true`);
      return sh(`docker cp ${name}:/nosuch .; docker cp ${name}-not:/bin .; docker cp nosuch ${name}:/`);
    },
    expected: said('', { code: 1, stderr: expect.stringMatching(/nosuch[^]*No such container[^]*lstat/) }),
  },
  'export and import': {
    run: ({ sh, name }) =>
      sh(
        `docker create --name ${name} ${image} true >/dev/null && docker export ${name} > whole.tar && tar tf whole.tar | sort | sha256sum &&
         docker import -c 'CMD ["echo", "imported"]' - ${name}:imported < whole.tar && docker run --rm --name ${name}-run ${name}:imported`,
      ),
    expected: said(expect.stringMatching(/^<id> {2}-\nsha256:<id>\nimported\n$/)),
  },
};
