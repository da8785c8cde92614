import { testApi } from './app';

const path = '/api/v1/jobs/gitlab:101/report';

const ask = (search = '', accept?: string) =>
  testApi().api.inject({ url: path + search, headers: accept === undefined ? {} : { accept } });

test.each([
  ['', undefined, 'application/json', /^\{"job":/],
  ['', '*/*', 'application/json', /^\{"job":/],
  ['', 'application/json', 'application/json', /^\{"job":/],
  ['', 'text/plain', 'text/plain', /^Crosstalk: did another/],
  ['', 'text/*;q=0.5, application/json;q=0.4', 'text/plain', /^Crosstalk: did another/],
  ['', 'text/markdown', 'text/markdown', /^## Crosstalk/],
  ['', 'application/xml', 'application/xml', /^<\?xml/],
  ['', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/plain', /^Crosstalk/],
  ['', 'image/png, text/markdown;q=0.1', 'text/markdown', /^## Crosstalk/],
  ['?format=json', 'text/plain', 'application/json', /^\{"job":/],
  ['?format=text', undefined, 'text/plain', /^Crosstalk: did another/],
  ['?format=markdown', undefined, 'text/markdown', /^## Crosstalk/],
  ['?format=junit', 'image/png', 'application/xml', /^<\?xml/],
])('%s with Accept %s is %s', async (search, accept, type, beginning) => {
  const answer = await ask(search, accept);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe(`${type}; charset=utf-8`);
  expect(answer.headers.vary).toBe('Accept');
  expect(answer.body).toMatch(beginning);
});

test.each(['image/png', 'application/pdf, text/css', 'application/json;q=0', 'constructor'])(
  'Accept %s cannot be met',
  async (accept) => {
    const answer = await ask('', accept);
    expect(answer.statusCode).toBe(406);
    expect(answer.json()).toMatchObject({ code: 'not-acceptable', field: 'Accept' });
  },
);
