import { Type } from '@sinclair/typebox';
import type { Health } from '../parts';
import type { Api } from '../parts';
import type { Metrics } from '../metrics';
import { object } from '../schemas/describe';
import { withProblems } from '../schemas/problem';

const readiness = object({
  ready: Type.Boolean(),
  reasons: Type.Array(Type.String(), { description: 'why not; empty when ready' }),
});

const text = (description: string, type: string) => ({
  description,
  content: { [type]: { schema: { type: 'string' } } },
});

const home = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Crosstalk</title>
<h1>Crosstalk</h1>
<p>Tells which CI job broke which on this Docker host.</p>
<ul>
<li><a href="/api/v1/findings">Findings</a>
<li><a href="/api/v1/jobs">Jobs</a> (the report of a job: <code>/api/v1/jobs/{key}/report?format=text</code>)
<li><a href="/api/v1/coverage">Coverage</a>: what could and could not be seen
<li><a href="/docs">The API</a> and its <a href="/openapi.json">OpenAPI document</a>
<li><a href="/metrics">Metrics</a>, <a href="/healthz">liveness</a>, <a href="/readyz">readiness</a>
</ul>
</html>
`;

interface Parts {
  readonly metrics: Metrics;
  readonly health: Health;
}

/** Routes beside /api/v1. `open`: for everybody, token or not; they tell nothing of the host that is watched. */
export const addSystem = (app: Api, { metrics, health }: Parts): void => {
  app.get(
    '/healthz',
    {
      config: { open: true, unlimited: true },
      schema: {
        tags: ['system'],
        summary: 'Whether the daemon lives',
        security: [],
        response: { 200: object({ status: Type.Literal('ok') }) },
      },
    },
    () => ({ status: 'ok' }),
  );

  app.get(
    '/readyz',
    {
      config: { open: true, unlimited: true },
      schema: {
        tags: ['system'],
        summary: 'Whether the daemon watches and answers, and if not, why',
        security: [],
        response: { 200: readiness, 503: readiness },
      },
    },
    (_request, reply) => {
      const reasons = health();
      return reply.code(reasons.length === 0 ? 200 : 503).send({ ready: reasons.length === 0, reasons });
    },
  );

  app.get(
    '/metrics',
    {
      schema: {
        tags: ['system'],
        summary: 'Metrics for Prometheus',
        response: withProblems({ 200: text('Metrics', 'text/plain') }),
      },
    },
    async (_request, reply) => {
      const { contentType, body } = await metrics.scrape();
      return reply.type(contentType).send(body);
    },
  );

  app.get(
    '/openapi.json',
    {
      config: { open: true },
      schema: {
        tags: ['system'],
        summary: 'This document',
        security: [],
        response: withProblems({ 200: Type.Object({}, { additionalProperties: true }) }),
      },
    },
    () => app.swagger(),
  );

  app.get(
    '/',
    {
      config: { open: true },
      schema: {
        tags: ['system'],
        summary: 'A page of links',
        security: [],
        response: withProblems({ 200: text('The page', 'text/html') }),
      },
    },
    (_request, reply) => reply.type('text/html; charset=utf-8').send(home),
  );
};
