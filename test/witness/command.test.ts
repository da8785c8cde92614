import fc from 'fast-check';
import { createTools, readCommand } from '../../src/witness/command';

const tools = createTools(['dk', '/opt/bin/our-very-long-docker', 'our-compose']);

/** Reads a command line that was typed: the first word is both process and file, unless the row says otherwise. */
const read = (
  line: string,
  { exe, comm, env = {} }: { exe?: string; comm?: string; env?: Record<string, string> } = {},
) => {
  const argv = line.split(' ');
  const name = argv[0]!.split('/').at(-1)!.slice(0, 15);
  const program = { comm: comm ?? name, exe: exe ?? `/usr/bin/${name}`, argv, truncated: false };
  return readCommand(program, (variable) => env[variable], tools);
};
const command = (line: string, options = {}) => {
  const found = read(line, options)?.command;
  return (
    found &&
    Object.fromEntries(Object.entries(found).filter(([, it]) => (Array.isArray(it) ? it.length : it)))
  );
};

test.each<[string, object]>([
  ['docker kill web', { verb: 'kill', targets: ['web'] }],
  ['docker kill -s TERM web db', { verb: 'kill', targets: ['web', 'db'] }],
  ['docker kill --signal=KILL web', { verb: 'kill', targets: ['web'] }],
  ['docker stop -t 0 web', { verb: 'stop', targets: ['web'] }],
  ['docker stop -t0 web --time 3 db', { verb: 'stop', targets: ['web', 'db'] }],
  ['docker restart web', { verb: 'restart', targets: ['web'] }],
  ['docker rm -f web', { verb: 'rm', targets: ['web'], force: true }],
  ['docker rm web -fv', { verb: 'rm', targets: ['web'], force: true }],
  ['docker rm --force=false web', { verb: 'rm', targets: ['web'] }],
  ['docker container rm -- web', { verb: 'rm', targets: ['web'] }],
  ['docker container remove -v web', { verb: 'rm', targets: ['web'] }],
  [
    'docker --debug --log-level error -H unix:///x container rm -f x',
    { verb: 'rm', targets: ['x'], force: true },
  ],
  ['docker -Dl error rm x', { verb: 'rm', targets: ['x'] }],
  ['docker rename web old', { verb: 'rename', targets: ['web'], name: 'old' }],
  ['docker update --memory 1g --restart no web', { verb: 'update', targets: ['web'] }],
  ['docker pause web', { verb: 'pause', targets: ['web'] }],
  ['docker attach --detach-keys ctrl-a web', { verb: 'attach', targets: ['web'] }],
  ['docker start -ai web', { verb: 'start', targets: ['web'] }],
  ['docker exec -it -e A=b -u root web sh -c x', { verb: 'exec', targets: ['web'] }],
  ['docker exec -ite A=b web sh', { verb: 'exec', targets: ['web'] }],
  ['docker run nginx', { verb: 'run', image: 'nginx' }],
  [
    'docker run -d --rm --name=web -p 80:80 -e A=b r.example:5000/a/b:1.2 serve --name other',
    { verb: 'run', image: 'r.example:5000/a/b:1.2', name: 'web', autoRemove: true },
  ],
  ['docker run --name web --network net -tiv /a:/b:ro img', { verb: 'run', image: 'img', name: 'web' }],
  ['docker run --future=x --rm=false img', { verb: 'run', image: 'img' }],
  ['docker run --privileged --init -P --sig-proxy=false img', { verb: 'run', image: 'img' }],
  ['docker container run --rm -it img', { verb: 'run', image: 'img', autoRemove: true }],
  ['docker create --name web img cmd', { verb: 'create', image: 'img', name: 'web' }],
  ['docker cp web:/a /tmp/b', { verb: 'cp-out', targets: ['web'] }],
  ['docker cp -a ./a:b web:/b', { verb: 'cp-in', targets: ['web'] }],
  ['docker cp - web:/b', { verb: 'cp-in', targets: ['web'] }],
  ['docker commit -m text -a me web shop:1', { verb: 'commit', targets: ['web'], tags: ['shop:1'] }],
  ['docker tag a:1 r.example/b:2', { verb: 'tag', image: 'a:1', tags: ['r.example/b:2'] }],
  ['docker image tag a:1 b:2', { verb: 'tag', image: 'a:1', tags: ['b:2'] }],
  ['docker rmi -f a b', { verb: 'rmi', targets: ['a', 'b'], force: true }],
  ['docker image rm a', { verb: 'rmi', targets: ['a'] }],
  ['docker image remove a', { verb: 'rmi', targets: ['a'] }],
  ['docker pull --platform linux/amd64 a:1', { verb: 'pull', tags: ['a:1'] }],
  ['docker push r.example/a:1', { verb: 'push', targets: ['r.example/a:1'] }],
  ['docker load -i x.tar', { verb: 'load' }],
  ['docker import x.tar shop:2', { verb: 'import', tags: ['shop:2'] }],
  ['docker build -t a:1 --tag=b --tag c -f Dockerfile .', { verb: 'build', tags: ['a:1', 'b', 'c'] }],
  ['docker image build -qt a .', { verb: 'build', tags: ['a'] }],
  ['docker builder build -t a .', { verb: 'build', tags: ['a'] }],
  ['docker buildx build --push -t a .', { verb: 'build', tags: ['a'] }],
  ['docker buildx --builder b build -t a .', { verb: 'build', tags: ['a'] }],
  ['docker buildx bake -f x.hcl app', { verb: 'build' }],
  ['docker volume create --driver local data', { verb: 'volume create', targets: ['data'] }],
  ['docker volume rm -f a b', { verb: 'volume rm', targets: ['a', 'b'], force: true }],
  ['docker volume remove a', { verb: 'volume rm', targets: ['a'] }],
  ['docker volume prune -af', { verb: 'volume prune', force: true }],
  ['docker network create -d bridge net', { verb: 'network create', targets: ['net'] }],
  ['docker network rm net', { verb: 'network rm', targets: ['net'] }],
  ['docker network connect --alias db net web', { verb: 'network connect', targets: ['net', 'web'] }],
  [
    'docker network disconnect -f net web',
    { verb: 'network disconnect', targets: ['net', 'web'], force: true },
  ],
  ['docker network prune', { verb: 'network prune' }],
  [
    'docker container prune -f --filter until=24h --filter label!=keep',
    { verb: 'container prune', filters: ['until=24h', 'label!=keep'], force: true },
  ],
  ['docker image prune -a', { verb: 'image prune' }],
  ['docker system prune --all --volumes --force', { verb: 'system prune', force: true }],
  ['docker builder prune', { verb: 'builder prune' }],
  ['docker buildx prune -f', { verb: 'builder prune', force: true }],
  ['docker compose -f a.yml -p shop up -d web', { verb: 'compose up', targets: ['web'], project: 'shop' }],
  ['docker compose --project-name=shop down -v -t 3', { verb: 'compose down', project: 'shop' }],
  ['docker compose rm -sf web', { verb: 'compose rm', targets: ['web'], force: true }],
  [
    'docker compose run --rm -e A=b --name x web sh',
    { verb: 'compose run', targets: ['web'], name: 'x', autoRemove: true },
  ],
  ['docker compose up --scale web=3', { verb: 'compose up' }],
  ['docker compose scale web=3', { verb: 'compose scale', targets: ['web'] }],
  ['docker-compose -p shop kill', { verb: 'compose kill', project: 'shop' }],
  ['docker-compose compose -p shop up', { verb: 'compose up', project: 'shop' }],
  ['docker-compose -H unix:///x compose -p shop up', { verb: 'compose up', project: 'shop' }],
  ['docker-buildx buildx build -t a .', { verb: 'build', tags: ['a'] }],
  ['docker-buildx build -t a .', { verb: 'build', tags: ['a'] }],
  ['podman rm -f web', { verb: 'rm', targets: ['web'], force: true }],
  ['kill 1', { verb: 'signal' }],
  ['pkill -f app', { verb: 'signal' }],
  ['killall app', { verb: 'signal' }],
])('%s', (line, expected) => expect(command(line)).toEqual(expected));

test.each([
  'docker ps -a',
  'docker',
  'docker --version',
  'docker container ls',
  'docker images',
  'docker logs -f web',
  'docker image run a',
  'docker volume ls',
  'docker compose ps',
  'docker compose',
  'docker login -u me -p hunter2',
  'docker __proto__ x',
  'docker constructor x',
  'docker compose toString',
  'docker-compose docker-cli-plugin-metadata',
  'docker-buildx docker-cli-plugin-metadata',
  'dockerd --host x',
  'docker-proxy kill x',
  'docker-init kill x',
  'ls docker kill',
  'kill -0 1',
  'kill -s 0 1',
  'kill -l',
  'kill',
])('%s is not told', (line) => expect(command(line)).toBeUndefined());

describe('what the client is called', () => {
  const kill = { verb: 'kill', targets: ['web'] };

  test.each<[string, { comm?: string; exe?: string }]>([
    ['dk kill web', { exe: '/opt/dk' }],
    ['our-very-long-docker kill web', { comm: 'our-very-long-d', exe: '/opt/bin/our-very-long-docker' }],
    ['anything kill web', { comm: 'd', exe: '/usr/bin/docker' }],
    ['anything kill web', { comm: 'd', exe: '/usr/bin/docker (deleted)' }],
    ['docker kill web', { exe: '/opt/docker-28/cli' }],
    ['forged kill web', { comm: 'docker', exe: '/usr/bin/docker' }],
    ['/bin/sh /usr/local/bin/docker kill web', { comm: 'docker', exe: '/bin/sh' }],
    ['/usr/bin/env bash /usr/local/bin/docker kill web', { comm: 'docker', exe: '/usr/bin/env' }],
    ['/bin/sh ./docker kill web', { comm: 'docker', exe: '/usr/bin/dash' }],
  ])('%s %j', (line, options) => expect(command(line, options)).toEqual(kill));

  test('Compose 1 is a script of Python', () => {
    const options = { comm: 'docker-compose', exe: '/usr/bin/python3.11' };
    expect(command('/usr/bin/python3 -s /usr/bin/docker-compose -p shop down', options)).toEqual({
      verb: 'compose down',
      project: 'shop',
    });
  });

  test('a configured name with compose in it', () =>
    expect(command('our-compose -p shop down')).toEqual({ verb: 'compose down', project: 'shop' }));
});

test('the project may come from the environment; -p wins', () => {
  const env = { COMPOSE_PROJECT_NAME: 'shop' };
  expect(command('docker compose up', { env })).toMatchObject({ project: 'shop' });
  expect(command('docker compose -p other up', { env })).toMatchObject({ project: 'other' });
  expect(command('docker kill web', { env })).not.toHaveProperty('project');
});

test.each<[string, object]>([
  ['docker -H tcp://a:1 --context c --config /d kill web', { host: 'tcp://a:1', context: 'c', config: '/d' }],
  ['docker kill web -H tcp://a:1', { host: null, context: null, config: null }],
  ['docker compose -H tcp://b:1 up', { host: 'tcp://b:1', context: null, config: null }],
  ['docker -c c compose up', { host: null, context: 'c', config: null }],
])('%s names an engine', (line, named) => expect(read(line)?.named).toEqual(named));

test('what does not look like a name is dropped', () => {
  expect(command('docker rm web $(x) -f ../x https://u:p@h/x u:p@h/x .')).toEqual({
    verb: 'rm',
    targets: ['web'],
    force: true,
  });
  expect(command(`docker run a@sha256:${'0'.repeat(64)}`)).toMatchObject({
    image: `a@sha256:${'0'.repeat(64)}`,
  });
});

describe('secrets', () => {
  const secret = 'hunter2';

  test.each([
    `docker run -e TOKEN=${secret} img`,
    `docker run -eTOKEN=${secret} img`,
    `docker run -ite ${secret} img`,
    `docker run --env ${secret} --label ${secret} --secret ${secret} img ${secret} --name ${secret}`,
    `docker exec -e ${secret} web ${secret}`,
    `docker exec web sh -c ${secret}`,
    `docker build --build-arg T=${secret} --build-arg ${secret} --secret id=${secret} -t a ${secret}`,
    `docker build -t a https://me:${secret}@example/x.git`,
    `docker --config ${secret} -H tcp://me:${secret}@h kill web`,
    `docker compose run -e T=${secret} web ${secret}`,
    `docker compose build --build-arg ${secret} web`,
    `docker commit -m ${secret} -c ${secret} web`,
    `docker login -p ${secret}`,
    `docker cp web:/${secret} /${secret}`,
    `docker push https://me:${secret}@example/a`,
    `docker pull me:${secret}@example/a`,
    `docker volume create -o password=${secret} --label ${secret} v`,
    `docker network create --label ${secret} -o ${secret} n`,
    `docker load -i ${secret}`,
    `docker import ${secret} shop`,
    `pkill -f ${secret}`,
  ])('none in what is told of %s', (line) =>
    expect(JSON.stringify(read(line)?.command ?? {})).not.toContain(secret),
  );

  /** Where a text may stand without being kept. */
  const hiding = [
    (text: string) => [`-e`, text],
    (text: string) => [`-e${text}`],
    (text: string) => [`--env=${text}`],
    (text: string) => ['--env-file', text],
    (text: string) => ['--detach-keys', text],
    (text: string) => ['-u', text],
    (text: string) => ['-w', text],
    (text: string) => [`--not-known-yet=${text}`],
  ];
  const planted = fc.stringMatching(/^[a-zA-Z0-9_./:=@ -]{6,40}$/).map((text) => `S3CR3T${text}`);

  test('whatever stands in other places than those that are kept never leaves', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('run', 'create', 'exec'),
        fc.array(fc.tuple(fc.constantFrom(...hiding), planted), { minLength: 1, maxLength: 6 }),
        fc.array(planted, { maxLength: 5 }),
        (verb, flags, rest) => {
          const argv = ['docker', verb, ...flags.flatMap(([hide, text]) => hide(text)), 'web', ...rest];
          const program = { comm: 'docker', exe: '/usr/bin/docker', argv, truncated: false };
          const found = readCommand(program, () => undefined, tools);
          expect(JSON.stringify(found?.command)).not.toContain('S3CR3T');
          expect(verb === 'exec' ? found?.command.targets : [found?.command.image]).toEqual(['web']);
        },
      ),
      { numRuns: 500 },
    ));

  test('no command line breaks it, and only names come out', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.string(), fc.constantFrom('run', 'rm', '-e', '--', '-', '--name', 'compose', 'x')),
        ),
        (args) => {
          const program = {
            comm: 'docker',
            exe: '/usr/bin/docker',
            argv: ['docker', ...args],
            truncated: false,
          };
          const found = readCommand(program, () => undefined, tools);
          for (const target of found?.command.targets ?? [])
            expect(target).toMatch(/^[a-zA-Z0-9][\w./:@+-]*$/);
        },
      ),
      { numRuns: 500 },
    ));
});

test('a list that was cut says so', () => {
  const program = { comm: 'docker', exe: '/usr/bin/docker', argv: ['docker', 'rm', 'a'], truncated: true };
  expect(readCommand(program, () => undefined, tools)?.command).toMatchObject({ truncated: true });
});

test('hundreds of targets are kept', () => {
  const ids = Array.from({ length: 4000 }, (_, at) => at.toString(16).padStart(12, 'a'));
  expect(read(`docker rm -f ${ids.join(' ')}`)?.command.targets).toEqual(ids);
});
