import { createAnswersForCallers } from '../../src/app/for-callers';
import type { Caller } from '../../src/domain';
import type { CallerAnswer, CallerQuestion } from '../../src/link';
import { secret } from '../../src/secret';
import { testApi } from '../api/app';
import { identifier } from '../helpers/timeline';

const caller: Caller = {
  pid: 4711,
  start: 1,
  uid: 1000,
  exe: '/usr/local/bin/node',
  containerId: null,
  env: {},
  root: null,
  olderThanJob: false,
};
const inContainer = { ...caller, containerId: 'c0ffee' };
const onHost = { ...caller, env: { CI_JOB_ID: '101', GITLAB_CI: 'true' } };

const ask = async (question: Partial<CallerQuestion>, token?: string): Promise<CallerAnswer> => {
  const kept = token === undefined ? undefined : secret(token);
  const listen = '127.0.0.1:7373';
  const { api, store } = testApi({ config: { listen, host: 'runner-7', token: kept } });
  const answer = createAnswersForCallers({ reader: store, identifier, api, listen, token: kept });
  return answer({ what: 'report', caller: inContainer, accept: '*/*', format: null, ...question });
};

test('the report of the job whose container asks', async () => {
  const { status, contentType, body } = await ask({});
  expect({ status, contentType }).toEqual({ status: 200, contentType: 'application/json; charset=utf-8' });
  expect(JSON.parse(body)).toMatchObject({ verdict: 'interfered', job: { key: 'gitlab:101' } });
});

test.each([
  [{ accept: 'text/plain' }, 'text/plain'],
  [{ format: 'markdown' }, 'text/markdown'],
  [{ format: 'junit' }, 'application/xml'],
])('in the form that is asked for: %j', async (how, type) => {
  expect((await ask(how)).contentType).toContain(type);
});

test('a form that there is not', async () => {
  expect(await ask({ format: 'pdf' })).toMatchObject({
    status: 400,
    body: expect.stringContaining('format'),
  });
});

test('a process of the host is known by the variables of its job', async () => {
  expect((await ask({ caller: onHost })).status).toBe(200);
});

test('the token of the API is not asked of it', async () => {
  expect((await ask({}, 'correct-horse-battery')).status).toBe(200);
});

test('findings of its own job', async () => {
  const { status, body } = await ask({ what: 'findings' });
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({ items: expect.any(Array) });
});

test('who it is', async () => {
  expect(JSON.parse((await ask({ what: 'whoami' })).body)).toEqual({
    job: 'gitlab:101',
    process: { pid: 4711, uid: 1000, exe: '/usr/local/bin/node' },
    container: { id: 'c0ffee', name: 'db' },
    because: expect.any(Array),
  });
  expect(JSON.parse((await ask({ what: 'whoami', caller })).body)).toEqual({
    job: null,
    process: { pid: 4711, uid: 1000, exe: '/usr/local/bin/node' },
    container: null,
    because: [],
  });
});

test('the key of its job, for a label', async () => {
  expect(JSON.parse((await ask({ what: 'job' })).body)).toEqual({ job: 'gitlab:101' });
  expect(JSON.parse((await ask({ what: 'job', caller })).body)).toEqual({ job: null });
});

test.each(['report', 'findings'] as const)('%s: nobody known is told so', async (what) => {
  expect(await ask({ what, caller })).toMatchObject({
    status: 404,
    body: expect.stringContaining('no CI job is known'),
  });
  expect(await ask({ what, caller: { ...caller, containerId: 'f00d' } })).toMatchObject({ status: 404 });
});
