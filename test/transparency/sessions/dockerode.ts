import Docker from 'dockerode';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { image, type Context, type Session, type Sessions } from '../session';

type Run = (docker: Docker, context: Context) => Promise<unknown>;

const through = (run: Run, expected: unknown): Session => ({
  run: (context) => run(new Docker({ socketPath: context.socket }), context),
  expected,
});

const sleeping = async (docker: Docker, { name }: Context): Promise<Docker.Container> => {
  const container = await docker.createContainer({ name, Image: image, Cmd: ['sleep', '60'] });
  await container.start();
  return container;
};

const hash = async (stream: NodeJS.ReadableStream): Promise<string> =>
  createHash('sha256')
    .update(await buffer(stream as Readable))
    .digest('base64');

const large = Buffer.alloc(3_000_000, 'dockerode ');

/** What a refused call rejects with. */
const refusal = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'not refused',
    ({ statusCode, reason, json }: { statusCode: number; reason: string; json: unknown }) => ({
      statusCode,
      reason,
      json,
    }),
  );

const tarOf = (directory: string, files: Readonly<Record<string, string | Buffer>>): Buffer => {
  for (const [file, content] of Object.entries(files)) writeFileSync(join(directory, file), content);
  return execFileSync('tar', ['c', ...Object.keys(files)], { cwd: directory, maxBuffer: 2 ** 26 });
};

/** An SDK: Node's own HTTP client with an agent, upgrades and hijacks. */
export const sdk: Sessions = {
  'dockerode: run with its streams apart': through(
    async (docker, { name }) => {
      const out = new PassThrough();
      const err = new PassThrough();
      const told = Promise.all([text(out), text(err)]);
      const [result] = (await docker.run(image, ['sh', '-c', 'echo out; echo err >&2; exit 7'], [out, err], {
        name,
        Tty: false,
        HostConfig: { AutoRemove: true },
      })) as [unknown];
      out.end();
      err.end();
      return [result, await told];
    },
    [expect.objectContaining({ StatusCode: 7 }), ['out\n', 'err\n']],
  ),
  'dockerode: exec with 3 MB through a hijack': through(
    async (docker, context) => {
      const container = await sleeping(docker, context);
      const exec = await container.exec({
        Cmd: ['sha256sum'],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
      });
      const stream = await exec.start({ hijack: true, stdin: true });
      const out = new PassThrough();
      docker.modem.demuxStream(stream, out, out);
      stream.end(large);
      await once(stream, 'end');
      out.end();
      const { ExitCode } = await exec.inspect();
      return [ExitCode, await text(out)];
    },
    [0, '<id>  -\n'],
  ),
  'dockerode: exec without stdin, not hijacked': through(async (docker, context) => {
    const container = await sleeping(docker, context);
    const exec = await container.exec({ Cmd: ['seq', '1', '100000'], AttachStdout: true });
    const stream = await exec.start({});
    const out = new PassThrough();
    docker.modem.demuxStream(stream, out, out);
    const told = hash(out);
    await once(stream, 'end');
    out.end();
    return told;
  }, expect.stringMatching(/=$/)),
  'dockerode: attach before the start, stdin, then wait': through(
    async (docker, { name }) => {
      const container = await docker.createContainer({
        name,
        Image: image,
        Cmd: ['sh', '-c', 'cat; sleep .4; echo after-eof'],
        OpenStdin: true,
        StdinOnce: true,
        AttachStdin: true,
      });
      const stream = await container.attach({
        stream: true,
        stdin: true,
        stdout: true,
        stderr: true,
        hijack: true,
      });
      const out = new PassThrough();
      docker.modem.demuxStream(stream, out, out);
      const waiting = container.wait();
      await container.start();
      stream.write('abc\n');
      stream.end();
      await once(stream, 'end');
      out.end();
      return [await text(out), await waiting];
    },
    ['abc\nafter-eof\n', expect.objectContaining({ StatusCode: 0 })],
  ),
  'dockerode: archives in and out': through(
    async (docker, context) => {
      const container = await docker.createContainer({ name: context.name, Image: image, Cmd: ['true'] });
      await container.putArchive(tarOf(context.directory, { small: 'x', large }), { path: '/root' });
      const back = await hash(await container.getArchive({ path: '/root/large' }));
      const info = (await container.infoArchive({ path: '/root/small' })) as {
        headers?: unknown;
      } & NodeJS.ReadableStream;
      return [
        back.length,
        Object.keys((info.headers ?? {}) as object).includes('x-docker-container-path-stat'),
      ];
    },
    [44, true],
  ),
  'dockerode: events': through(
    async (docker, context) => {
      const stream = (await docker.getEvents({ filters: { container: [context.name] } })) as Readable;
      const seen: string[] = [];
      const whole = new Promise<void>((done) => {
        stream.on('data', (line: Buffer) => {
          for (const one of line.toString().trim().split('\n'))
            seen.push((JSON.parse(one) as { Action: string }).Action);
          if (seen.includes('destroy')) done();
        });
      });
      const container = await docker.createContainer({
        name: context.name,
        Image: image,
        Cmd: ['true'],
        NetworkDisabled: true,
      });
      await container.start();
      await container.wait();
      await container.remove();
      await whole;
      stream.destroy();
      return seen;
    },
    ['create', 'start', 'die', 'destroy'],
  ),
  'dockerode: logs, followed': through(async (docker, { name }) => {
    const container = await docker.createContainer({
      name,
      Image: image,
      Cmd: ['sh', '-c', 'for i in 1 2 3; do echo $i; sleep .2; done'],
      Tty: true,
    });
    await container.start();
    return text((await container.logs({ follow: true, stdout: true, stderr: true })) as Readable);
  }, '1\r\n2\r\n3\r\n'),
  'dockerode: build from a tar': through(
    async (docker, context) => {
      const tar = tarOf(context.directory, {
        Dockerfile: `FROM ${image}\nCOPY large /\nRUN echo stepped\n`,
        large,
      });
      const stream = await docker.buildImage(new PassThrough().end(tar), {
        t: `${context.name}:built`,
        nocache: true,
      });
      const lines = await new Promise<{ stream?: string }[]>((done, failed) => {
        docker.modem.followProgress(stream, (problem, output) =>
          problem ? failed(problem) : done(output as never),
        );
      });
      return lines.map((line) => line.stream ?? '').join('');
    },
    expect.stringMatching(/stepped\n[^]*Successfully tagged t/),
  ),
  'dockerode: a pull that fails': through(
    async (docker, { name }) => {
      return refusal(
        docker.pull(`127.0.0.1:9/${name}:none`).then(async (stream) => {
          throw Object.assign(new Error(), { json: await text(stream as Readable) });
        }),
      );
    },
    expect.objectContaining({ statusCode: expect.any(Number) }),
  ),
  'dockerode: refusals': through(
    async (docker, { name }) => {
      await docker.createContainer({ name, Image: image, Cmd: ['true'] });
      return [
        await refusal(docker.createContainer({ name, Image: image, Cmd: ['true'] })),
        await refusal(docker.getContainer(`${name}-not`).inspect()),
        await refusal(docker.createContainer({ Image: image, HostConfig: { Binds: ['::::'] } })),
        await refusal(docker.getContainer(name).kill()),
      ];
    },
    [409, 404, expect.any(Number), 409].map((statusCode) => expect.objectContaining({ statusCode })),
  ),
  'dockerode: many requests at a time over kept connections': through(async (docker, context) => {
    const container = await sleeping(docker, context);
    const states = await Promise.all(Array.from({ length: 60 }, () => container.inspect()));
    return new Set(states.map(({ State }) => State.Status)).size;
  }, 1),
};
