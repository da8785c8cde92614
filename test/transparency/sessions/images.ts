import { image, said, type Sessions } from '../session';

const dockerfile = `FROM ${image}
ARG GREETING
COPY big /big
RUN sha256sum /big && echo "$GREETING"
CMD ["echo", "built"]
`;

const context = `mkdir context && cd context && seq 1 3000000 | head -c 20000000 > big && printf '%s' "$DOCKERFILE" > Dockerfile && cd ..`;

const env = { DOCKERFILE: dockerfile };

/** Images: built, saved, loaded, committed, tagged. */
export const images: Sessions = {
  'build, classic, with 20 MB of context': {
    run: async ({ sh, name }) => {
      await sh(context, { env });
      const script = `docker build --no-cache --build-arg GREETING=hello -t ${name}:built context && docker run --rm --name ${name} ${name}:built`;
      return sh(script, { env: { DOCKER_BUILDKIT: '0' } });
    },
    expected: expect.objectContaining({
      code: 0,
      stdout: expect.stringMatching(
        /Step 1\/5[^]*<id> {2}\/big\nhello\n[^]*Successfully tagged t.*\nbuilt\n$/,
      ),
    }),
  },
  'build, classic, that fails': {
    run: ({ sh, name }) =>
      sh(
        `printf 'FROM ${image}\\nRUN echo before && exit 9\\n' | docker build --no-cache -t ${name}:never -`,
        { env: { DOCKER_BUILDKIT: '0' } },
      ),
    expected: expect.objectContaining({
      code: 9,
      stderr: expect.stringContaining('returned a non-zero code: 9'),
    }),
  },
  'build, classic, that the client breaks off': {
    run: async ({ sh, name }) => {
      // Whether the command tells its own end as an error depends on what it hears first.
      await sh(
        `printf 'FROM ${image}\\nLABEL of=${name}\\nRUN echo begun && sleep 50\\n' > Dockerfile; exec docker build --no-cache -t ${name}:never -f Dockerfile .`,
        { env: { DOCKER_BUILDKIT: '0' }, steps: [{ after: /\nbegun/, signal: 'SIGINT' }] },
      );
      // The engine sees the client go, and removes the container of the step.
      return sh(
        `for i in $(seq 1 100); do [ -z "$(docker ps -aq --filter label=of=${name})" ] && echo gone && break; sleep .1; done`,
      );
    },
    expected: said('gone\n'),
  },
  'build, BuildKit, with 20 MB of context': {
    plugin: 'buildx',
    run: async ({ sh, name }) => {
      await sh(context, { env });
      const script = `docker build --no-cache --progress plain --build-arg GREETING=hello -t ${name}:built context && docker run --rm --name ${name} ${name}:built`;
      const { code, stdout, stderr } = await sh(script, { env: { DOCKER_BUILDKIT: '1' } });
      // Steps are told in no certain order, with times.
      const told = /^#\d+ [\d.]+ (.*)$/gm;
      return { code, stdout, steps: [...stderr.toString().matchAll(told)].map(([, line]) => line) };
    },
    expected: { code: 0, stdout: 'built\n', steps: ['<id>  /big', 'hello'] },
  },
  'build, BuildKit, that fails': {
    plugin: 'buildx',
    run: async ({ sh, name }) => {
      const { code, stderr } = await sh(
        `printf 'FROM ${image}\\nRUN echo before && exit 9\\n' | docker build --no-cache --progress plain -t ${name}:never -`,
        { env: { DOCKER_BUILDKIT: '1' } },
      );
      return {
        code,
        reason: stderr
          .toString()
          .match(/exit code: \d+/g)
          ?.at(-1),
      };
    },
    expected: { code: 1, reason: 'exit code: 9' },
  },
  'build, BuildKit, with a secret and files that come back': {
    plugin: 'buildx',
    run: ({ sh }) =>
      sh(
        `printf 'FROM ${image} AS make\\nRUN --mount=type=secret,id=word seq 1 400000 > /out && cat /run/secrets/word >> /out\\nFROM scratch\\nCOPY --from=make /out /out\\n' > Dockerfile
         printf xyzzy > word; docker build --no-cache -q --secret id=word,src=word -o back . && tail -c 5 back/out && wc -c < back/out`,
        { env: { DOCKER_BUILDKIT: '1' } },
      ),
    expected: expect.objectContaining({ code: 0, stdout: expect.stringMatching(/xyzzy2688900\n$/) }),
  },
  'build cache': {
    plugin: 'buildx',
    run: ({ sh }) =>
      sh(
        'docker buildx prune -f --filter until=2400h; docker buildx inspect default | grep -E "^(Name|Driver|Status):"',
      ),
    expected: said(expect.stringMatching(/Total:\s+0B\n[^]*Status: +running/)),
  },
  'save and load': {
    run: ({ sh, name }) =>
      sh(
        `docker create --name ${name} ${image} true >/dev/null; seq 1 900000 > big; docker cp big ${name}:/big 2>/dev/null; docker commit ${name} ${name}:saved >/dev/null
         docker save ${name}:saved > saved.tar && tar tf saved.tar | wc -l && docker rmi ${name}:saved >/dev/null && docker load < saved.tar &&
         docker run --rm --name ${name}-run ${name}:saved tail -n 1 /big; docker save ${name}:saved | docker load -q`,
      ),
    expected: said(
      expect.stringMatching(/^\d+\nLoaded image: t\S+:saved\n900000\nLoaded image: t\S+:saved\n$/),
      { stderr: expect.any(String) },
    ),
  },
  'load of what is no image': {
    run: ({ sh }) => sh('seq 1 100000 | docker load; echo $?'),
    expected: said('1\n', { stderr: expect.stringMatching(/\S/) }),
  },
  'an upload that is refused before it is over': {
    run: ({ sh }) =>
      sh(
        'for i in 1 2 3 4 5; do head -c 30000000 /dev/zero | DOCKER_API_VERSION=1.99 docker load 2>&1; done',
      ),
    expected: said(expect.stringMatching(/^(.*1\.99 is too new.*\n){5}$/), { code: 1 }),
  },
  'commit, tag, history, rmi': {
    run: ({ sh, name }) =>
      sh(
        `docker run --name ${name} ${image} sh -c 'echo x > /root/x'; docker commit -m said -c 'CMD ["cat", "/root/x"]' ${name} ${name}:one && docker tag ${name}:one ${name}:two &&
         docker run --rm --name ${name}-run ${name}:two && docker image ls --format '{{.Tag}}' ${name} && docker history --format '{{.Comment}}' ${name}:one | head -n 1 &&
         docker rmi ${name}:one && docker rmi ${name}:two`,
      ),
    expected: said(
      expect.stringMatching(
        /^sha256:<id>\nx\n(one\ntwo|two\none)\nsaid\nUntagged: t\S+:one\nUntagged: t\S+:two\nDeleted: sha256:<id>\n/,
      ),
    ),
  },
  'pull and push that fail': {
    run: ({ sh, name }) =>
      sh(
        `docker pull 127.0.0.1:9/${name}; docker tag ${image} 127.0.0.1:9/${name}; docker push 127.0.0.1:9/${name}; docker rmi 127.0.0.1:9/${name}`,
      ),
    expected: expect.objectContaining({
      stderr: expect.stringMatching(/connection refused[^]*connection refused/),
    }),
  },
};
