import { setTimeout as sleep } from 'node:timers/promises';
import { eventIdentity } from '../../src/domain';
import { createFakeEngine, type FakeEngine } from './fake-engine';
import { type Following, following, shortTiming, until, wallClock } from './following';

let engine: FakeEngine;
let started: Following[];

beforeEach(async () => {
  engine = await createFakeEngine();
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((follower) => follower.stop()));
  await engine.end();
});

type Options = [parts?: Parameters<typeof following>[1], consume?: Parameters<typeof following>[2]];

const follow = async (...options: Options): Promise<Following> => {
  const follower = following(engine.host, ...options);
  started.push(follower);
  await follower.start();
  return follower;
};
/** A follower whose first scan is over, so that what comes next is what the test does. */
const settled = async (...options: Options): Promise<Following> => {
  const follower = await follow(...options);
  await until(() => follower.of('scan').length === 1);
  return follower;
};
const emit = (count: number, action = 'rename', id = 'web'): void => {
  for (let n = 0; n < count; n += 1) engine.emit({ action, id });
};

describe('the first start', () => {
  test('tells the engine, what it cannot know, what there is, and then all that happens', async () => {
    engine.addContainer('old');
    engine.emit({ action: 'start', id: 'old' });
    const follower = await follow();
    engine.emit({ action: 'create', id: 'web' });
    await until(() => follower.inspected().includes('container old'));

    const order = follower.told.filter(({ k }) => k !== 'tick').map(({ k }) => k);
    expect(order.slice(0, 3)).toEqual(['engine', 'gap', 'event']);
    expect(follower.of('engine')[0]!.engine).toEqual({
      name: 'fake',
      version: '20.10.24',
      apiVersion: '1.41',
      kind: 'docker',
    });
    expect(follower.gap('start')).toMatchObject({ source: 'events', from: null, to: expect.any(BigInt) });
    expect(follower.of('scan')[0]!.scan.containers.map(({ id }) => id)).toEqual(['old']);
    expect(order.indexOf('scan')).toBeLessThan(order.indexOf('inspect'));
    expect(follower.acts()).toEqual(['create web']);
    expect(follower.state()).toMatchObject({ connected: true, dropped: 0, problem: '' });
  });

  test('rejects when nobody is there', async () => {
    await engine.stop();
    await expect(following(engine.host).start()).rejects.toMatchObject({
      name: 'EngineUnreachable',
      message: expect.stringContaining(engine.host),
    });
  });

  test('a scan is told only after everything from before it has arrived', async () => {
    const follower = await settled();
    const { at, scan } = follower.of('scan')[0]!;
    expect(at - scan.from).toBeGreaterThanOrEqual(BigInt(shortTiming.scanSettle - 1) * 1_000_000n);
  });

  test('ticks come by themselves', async () => {
    const follower = await follow();
    await until(() => follower.of('tick').length >= 3);
  });

  test('knows Podman by its ping', async () => {
    engine.pingHeaders = { 'api-version': '1.41', 'libpod-api-version': '4.3.1' };
    const follower = await follow();
    expect(follower.state().engine?.kind).toBe('podman');
  });

  test.each([
    ['1.99', 'v1.51'],
    ['1.40', 'v1.40'],
  ])('to an engine whose newest API is %s it speaks %s', async (theirs, spoken) => {
    engine.pingHeaders = { 'api-version': theirs };
    const follower = await follow();
    expect(follower.state().engine?.apiVersion).toBe(spoken.slice(1));
    const versions = engine.requests
      .filter((path) => path.includes('/events'))
      .map((path) => path.split('/')[1]);
    expect(new Set(versions)).toEqual(new Set([spoken]));
  });
});

describe('the bytes of the stream', () => {
  test('every digit of the time, characters over two chunks, several lines in one', async () => {
    const follower = await follow();
    const label = { 'com.gitlab.ref': 'größe€😀' };
    const line = (time: bigint): string =>
      `{"Type":"container","Action":"start","Actor":{"ID":"a","Attributes":${JSON.stringify(label)}},"timeNano":${time}}\n`;
    const first = engine.now();
    const bytes = Buffer.from(line(first) + line(first + 1n) + line(first + 2n));
    for (const byte of bytes.subarray(0, 200)) {
      engine.write(Buffer.from([byte]));
      if (byte > 0x7f) await sleep(1);
    }
    engine.write(bytes.subarray(200));
    await until(() => follower.events().length === 3);
    expect(follower.events().map(({ time, labels }) => [time, labels])).toEqual(
      [0n, 1n, 2n].map((n) => [first + n, label]),
    );
  });

  test('garbage is counted, not told, and ends nothing', async () => {
    const follower = await follow();
    engine.write('{"secret":"hunter2"}\n\u0000\nnull\n');
    engine.emit({ action: 'start', id: 'web' });
    await until(() => follower.acts().length === 1);
    const malformed = follower.of('malformed').map(({ text }) => text);
    expect(malformed).toEqual(['20', '1', '4'].map((bytes) => `${bytes} bytes that are not an event`));
  });

  test('recordings get the text as it came', async () => {
    const follower = await follow({ keepText: true });
    const text = engine.emit({ action: 'start', id: 'web' });
    await until(() => follower.acts().length === 1);
    expect(follower.of('event')[0]!.text).toBe(text);
  });
});

describe('a stream that breaks', () => {
  test('goes on without loss, double or gap while the engine remembers', async () => {
    const follower = await settled();
    emit(10);
    await until(() => follower.acts().length === 10);
    await engine.stop();
    emit(200);
    await engine.start();
    await until(() => follower.acts().length === 210);
    emit(5);
    await until(() => follower.acts().length === 215);
    expect(new Set(follower.events().map(eventIdentity)).size).toBe(215);
    expect(follower.gaps()).toEqual(['start']);
    await until(() => follower.of('scan').length === 2);
  });

  test('before any event, of an engine that had some: no gap either', async () => {
    emit(3);
    const follower = await settled();
    engine.cut();
    emit(2);
    await until(() => follower.acts().length === 2);
    expect(follower.gaps()).toEqual(['start']);
  });

  test('before any event at all: nobody knows whether the engine was restarted', async () => {
    const follower = await settled();
    engine.cut();
    emit(2);
    await until(() => follower.acts().length === 2);
    expect(follower.gaps()).toEqual(['start', 'stream-break']);
  });

  test('of an engine whose memory turned over: a gap from the last to the oldest event, and a scan', async () => {
    const follower = await settled();
    emit(1);
    await until(() => follower.acts().length === 1);
    const last = follower.events()[0]!.time;
    await engine.stop();
    emit(400);
    await engine.start();
    await until(() => follower.of('scan').length === 2);
    expect(follower.acts()).toHaveLength(257);
    const oldest = follower.events()[1]!.time;
    expect(follower.gap('ring-overflow')).toMatchObject({ from: last, to: oldest });
    const order = follower.told.map(({ k }) => k);
    expect(order.lastIndexOf('gap')).toBeLessThan(order.lastIndexOf('scan'));
  });

  test('of an engine that was restarted: a gap, told before the events that follow it', async () => {
    const follower = await settled();
    emit(3);
    await until(() => follower.acts().length === 3);
    await engine.restart();
    engine.emit({ action: 'kill', id: 'web', attributes: { signal: '15' } });
    await until(() => follower.acts().length === 4);
    const { from, to } = follower.gap('engine-restart')!;
    expect(from).toBe(follower.events()[2]!.time);
    expect(to! > from!).toBe(true);
    const order = follower.told.filter(({ k }) => k !== 'tick').map(({ k }) => k);
    expect(order.lastIndexOf('gap')).toBeLessThan(order.lastIndexOf('event'));
  });

  test('and whose memory turns over in the very moment it is resumed', async () => {
    const follower = await settled();
    emit(1);
    await until(() => follower.acts().length === 1);
    const last = follower.events()[0]!.time;
    engine.beforeStream = () => {
      engine.beforeStream = () => undefined;
      engine.setClock(1_000_000_000n);
      emit(300);
    };
    engine.cut();
    await until(() => follower.acts().length === 257);
    expect(follower.gap('ring-overflow')).toMatchObject({ from: last, to: follower.events()[1]!.time });
    await until(() => follower.of('scan').length === 2);
  });

  test('and whose memory turns over once more while it is resumed', async () => {
    const follower = await settled();
    emit(1);
    await until(() => follower.acts().length === 1);
    const last = follower.events()[0]!.time;
    await engine.stop();
    emit(400);
    engine.beforeStream = () => {
      engine.beforeStream = () => undefined;
      engine.setClock(1_000_000_000n);
      emit(300);
    };
    await engine.start();
    await until(() => follower.acts().length === 257);
    const gaps = follower.told.flatMap((each) =>
      each.k === 'gap' && each.gap.reason === 'ring-overflow' ? [each.gap] : [],
    );
    expect(gaps.map(({ from }) => from)).toEqual([last, gaps[0]!.to]);
    expect(gaps[1]!.to).toBe(follower.events()[1]!.time);
  });

  test('is mended again and again', async () => {
    const follower = await settled();
    for (let round = 1; round <= 5; round += 1) {
      engine.emit({ action: 'start', id: `web${round}` });
      await until(() => follower.acts().length === round);
      engine.cut();
      await until(() => !follower.state().connected);
      await until(() => follower.state().connected);
    }
    expect(follower.acts()).toEqual([1, 2, 3, 4, 5].map((round) => `start web${round}`));
    expect(follower.gaps()).toEqual(['start']);
  });

  test('because the engine does not answer any more, though the connection stands', async () => {
    const follower = await settled({ timing: { ...shortTiming, pingAnswer: 150 } });
    emit(1);
    await until(() => follower.acts().length === 1);
    engine.hanging = true;
    await until(() => !follower.state().connected);
    expect(follower.state().problem).toContain('does not answer');
    engine.cut();
    engine.hanging = false;
    emit(1);
    await until(() => follower.acts().length === 2);
    expect(follower.gaps()).toEqual(['start']);
  });
});

describe('a daemon that comes back', () => {
  const handled = async (count: number) => {
    const follower = await settled();
    emit(count);
    await until(() => follower.acts().length === count);
    await follower.stop();
    return follower.resume();
  };

  test('goes on where it stopped', async () => {
    const resume = await handled(10);
    emit(7, 'start', 'new');
    const follower = await settled({ resume });
    await until(() => follower.acts().length === 7);
    emit(1, 'start', 'newer');
    await until(() => follower.acts().length === 8);
    expect(new Set(follower.acts())).toEqual(new Set(['start new', 'start newer']));
    expect(follower.gaps()).toEqual([]);
  });

  test('says when it was away too long', async () => {
    const resume = await handled(10);
    emit(300);
    const follower = await settled({ resume });
    expect(follower.gaps()).toEqual(['ring-overflow']);
    expect(follower.acts()).toHaveLength(256);
  });

  test('says when the engine was restarted meanwhile', async () => {
    const resume = await handled(10);
    await engine.restart();
    const follower = await settled({ resume });
    expect(follower.gaps()).toEqual(['engine-restart']);
  });

  test.each([
    ['something happened since', 2],
    ['nothing happened since', 0],
  ])('whose last event lies in the future of an engine that was set back; %s', async (_name, count) => {
    engine.setClock(3_600_000_000_000n);
    const resume = await handled(10);
    // As after a restart of the daemon: older ones are not known any more.
    resume.recentEvents.splice(0, 5);
    engine.setClock(0n);
    emit(count, 'start', 'later');
    const follower = await settled({ resume });
    emit(2 - count, 'start', 'later');
    await until(() => follower.acts().length === 2);
    expect(follower.acts()).toEqual(['start later', 'start later']);
    expect(follower.gaps()).toEqual(['clock']);
  });
});

test('stops at once, even while the engine does not answer', async () => {
  const follower = await settled();
  engine.hanging = true;
  engine.cut();
  await until(() => !follower.state().connected);
  await follower.stop();
  const count = follower.told.length;
  engine.hanging = false;
  engine.cut();
  await sleep(50);
  expect(follower.told).toHaveLength(count);
});

test('a clock that is set back while the stream is open is a gap, and later events are handled', async () => {
  const follower = await settled();
  emit(1);
  const late = engine.now() - 5_000_000_000n;
  engine.emit({ action: 'start', id: 'web', time: late });
  await until(() => follower.acts().length === 2);
  expect(follower.gap('clock')).toMatchObject({ from: late, to: follower.events()[0]!.time });
  engine.emit({ action: 'die', id: 'web', time: late + 1n });
  await until(() => follower.acts().length === 3);
  expect(follower.gaps()).toEqual(['start', 'clock']);
});

describe('a consumer', () => {
  test('that stalls holds up nothing: the stream is read on, the loss is a gap, a scan repairs it', async () => {
    let release: () => void = () => undefined;
    let stalled = false;
    const follower = await settled({ limits: { observations: 100, bytes: 1 << 20 } }, () =>
      stalled ? new Promise((resolve) => (release = resolve)) : undefined,
    );

    stalled = true;
    const first = wallClock();
    // Far more than the buffers of a socket hold.
    for (let round = 0; round < 10; round += 1) {
      for (let n = 0; n < 1000; n += 1)
        engine.emit({ action: 'rename', id: 'web', attributes: { filler: 'x'.repeat(1000) } });
      await until(() => engine.unread() === 0);
    }
    await until(() => follower.state().dropped > 9000);
    expect(follower.state().queued).toBeLessThanOrEqual(100);

    stalled = false;
    release();
    await until(() => follower.of('scan').length === 2);
    engine.emit({ action: 'start', id: 'after' });
    await until(() => follower.acts().includes('start after'));
    const { from, to } = follower.gap('queue-overflow')!;
    expect(from! >= first && to! > from!).toBe(true);
    expect(follower.gaps()).toEqual(['start', 'queue-overflow']);
    expect(follower.acts().length + follower.state().dropped).toBe(10_001);
  });

  test('that fails has lost what it was given: a gap', async () => {
    let fail = false;
    const follower = await settled({}, (observations) => {
      if (!fail || !observations.some(({ k }) => k === 'event')) return;
      fail = false;
      throw new Error('disk full');
    });
    fail = true;
    engine.emit({ action: 'start', id: 'lost' });
    await until(() => follower.gaps().includes('queue-overflow'));
    engine.emit({ action: 'start', id: 'kept' });
    await until(() => follower.acts().length === 1);
    expect(follower.acts()).toEqual(['start kept']);
    await until(() => follower.of('scan').length === 2);
  });

  test('that is slow gets everything before the follower has stopped', async () => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const follower = await follow({}, () => held);
    emit(1500);
    await until(() => follower.state().queued >= 1500);
    const stopped = follower.stop();
    letGo();
    await stopped;
    expect(follower.acts()).toHaveLength(1500);
  });
});

describe('inspections', () => {
  const image = `sha256:${'e'.repeat(64)}`;
  const inspections = (): string[] =>
    engine.requests
      .map((path) => path.replace(/^\/v[\d.]+/, ''))
      .filter((path) => /\/(containers|volumes|networks|images)\/(?!json)/.test(path));

  test('a container when it is made, started and dead; its image once', async () => {
    const follower = await settled();
    engine.addContainer('web');
    for (const [index, action] of ['create', 'start', 'die'].entries()) {
      engine.emit({ action, id: 'web' });
      await until(() => follower.inspected().filter((each) => each === 'container web').length === index + 1);
    }
    await until(() => follower.inspected().includes(`image ${image}`) || inspections().length > 3);
    expect(inspections().filter((path) => path.includes('/images/'))).toHaveLength(1);
  });

  test('health checks cause none', async () => {
    const follower = await settled();
    engine.addContainer('web');
    const before = engine.requests.length;
    for (const action of [
      'exec_create: sh -c true',
      'exec_start: sh -c true',
      'exec_die',
      'health_status: healthy',
    ])
      engine.emit({ action, id: 'web', attributes: { execID: 'e', exitCode: '0' } });
    engine.emit({ action: 'start', id: 'web' });
    await until(() => follower.inspected().includes('container web'));
    expect(engine.requests.slice(before).filter((path) => path.includes('/web/'))).toHaveLength(1);
  });

  test('what is gone before it could be looked at is told, once; what was looked at before is not', async () => {
    const follower = await settled();
    engine.addContainer('seen');
    engine.emit({ action: 'create', id: 'seen' });
    await until(() => follower.inspected().includes('container seen'));
    engine.containers.clear();
    engine.emit({ action: 'die', id: 'seen' });
    engine.emit({ action: 'destroy', id: 'seen' });
    engine.emit({ action: 'create', id: 'brief' });
    await until(() => follower.of('inspect-missed').length > 0);
    await until(() => inspections().filter((path) => path.includes('seen')).length === 2);
    expect(follower.of('inspect-missed').map(({ type, id }) => `${type} ${id}`)).toEqual(['container brief']);
  });

  test('volumes, networks and images when they are made', async () => {
    const follower = await settled();
    engine.volumes.set('cache', { Name: 'cache', Labels: {} });
    engine.networks.set('net', { Id: 'net', Name: 'net' });
    engine.images.set(image, { Id: image, RepoTags: ['app:1'] });
    engine.emit({ type: 'volume', action: 'create', id: 'cache' });
    engine.emit({ type: 'network', action: 'create', id: 'net' });
    engine.emit({ type: 'image', action: 'tag', id: image });
    await until(() => follower.inspected().length === 3);
    expect(new Set(follower.inspected())).toEqual(new Set(['volume cache', 'network net', `image ${image}`]));
  });

  test.each([
    ['20.10 and 26: connected before', ['connect', 'disconnect']],
    ['28: never connected', ['disconnect']],
  ])('a start that failed is looked at again (%s)', async (_name, actions) => {
    const follower = await settled();
    engine.addContainer('web', 'created');
    engine.emit({ action: 'create', id: 'web' });
    await until(() => follower.inspected().includes('container web'));
    for (const action of actions)
      engine.emit({ type: 'network', action, id: 'net', attributes: { container: 'web' } });
    await until(() => follower.inspected().filter((each) => each === 'container web').length === 2);
  });

  test.each([
    ['20.10', ['die web', 'disconnect net']],
    ['28', ['disconnect net', 'die web']],
  ])('an ordinary end is looked at once (%s)', async (_name, acts) => {
    const follower = await settled();
    engine.addContainer('web');
    engine.emit({ action: 'start', id: 'web' });
    await until(() => follower.inspected().includes('container web'));
    for (const act of acts) {
      const [action = '', id = ''] = act.split(' ');
      const network = id === 'net' && { type: 'network', attributes: { container: 'web' } };
      engine.emit({ action, id, ...network });
    }
    await until(() => follower.inspected().filter((each) => each === 'container web').length === 2);
    await sleep(3 * shortTiming.failedStart);
    expect(inspections().filter((path) => path.includes('/web/'))).toHaveLength(2);
  });

  test('many at once are asked a few at a time, the same one not twice', async () => {
    const follower = await settled();
    for (let n = 0; n < 50; n += 1) {
      engine.addContainer(`web${n}`);
      engine.emit({ action: 'create', id: `web${n}` });
      engine.emit({ action: 'start', id: `web${n}` });
    }
    await until(() => new Set(follower.inspected()).size >= 50);
    expect(inspections().length).toBeLessThan(75);
  });

  test('an engine that refuses one is no reason to stop', async () => {
    const follower = await settled();
    engine.failing.set('/containers/bad/', 500);
    engine.addContainer('web');
    engine.emit({ action: 'create', id: 'bad' });
    engine.emit({ action: 'create', id: 'web' });
    await until(() => follower.inspected().includes('container web'));
    expect(follower.state().connected).toBe(true);
  });
});

describe('scans', () => {
  test('come regularly, and look again only at what is new or changed', async () => {
    engine.addContainer('same');
    engine.addContainer('other');
    const follower = await settled({ rescanEveryMs: 50 });
    await until(() => follower.inspected().length >= 2);
    engine.addContainer('other', 'exited');
    engine.addContainer('new');
    await until(() => follower.inspected().includes('container new'));
    const scans = follower.of('scan').length;
    await until(() => follower.of('scan').length > scans + 1);
    const counts = ['same', 'other', 'new'].map(
      (id) => follower.inspected().filter((each) => each === `container ${id}`).length,
    );
    expect(counts).toEqual([1, 2, 1]);
  });

  test('one during which the stream broke is not told', async () => {
    const follower = await follow({ timing: { ...shortTiming, scanSettle: 100 } });
    await until(() => engine.requests.some((path) => path.endsWith('/containers/json?all=true')));
    engine.cut();
    const cutAt = wallClock();
    await until(() => follower.of('scan').length > 0);
    expect(follower.of('scan')[0]!.scan.from > cutAt).toBe(true);
  });

  test('one that fails is tried again', async () => {
    engine.failing.set('/volumes', 500);
    const follower = await follow();
    await until(() => engine.requests.filter((path) => path.endsWith('/volumes')).length >= 2);
    expect(follower.of('scan')).toEqual([]);
    engine.failing.clear();
    await until(() => follower.of('scan').length === 1);
  });

  test('a prune of volumes asks for one: 20.10 does not say which went', async () => {
    const follower = await settled();
    engine.emit({ type: 'volume', action: 'prune', id: '' });
    await until(() => follower.of('scan').length === 2);
  });
});
