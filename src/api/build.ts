import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, { LogController, type FastifyRequest } from 'fastify';
import { MILLISECOND } from '../domain';
import { checkWrite, createHostCheck, createTokenCheck } from './access';
import { answerError, answerNotFound, answerWireError } from './answer-error';
import { ApiError } from './errors';
import { answerHeaders, docsPolicy } from './headers';
import { docsOptions, openapiOptions } from './openapi';
import { defaultLimits, type Api, type ApiParts } from './parts';
import { query, refuseInfinite } from './query';
import { addCalls } from './routes/calls';
import { addContainers } from './routes/containers';
import { addEvents } from './routes/events';
import { addExecs } from './routes/execs';
import { addFindings } from './routes/findings';
import { addJobs } from './routes/jobs';
import { addReport } from './routes/report';
import { addShared } from './routes/shared';
import { addStream } from './routes/stream';
import { addSuppressions } from './routes/suppressions';
import { addSystem } from './routes/system';
import { addWindow } from './routes/window';
import { namedSchemas } from './schemas';
import { createStream } from './stream';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Needs no token. */
    open?: boolean;
    /** Does not count against the rate limit. */
    unlimited?: boolean;
  }
}

const isDocs = (request: FastifyRequest): boolean => /^\/docs(?:[/?]|$)/.test(request.url);

const isLoopback = (ip: string): boolean => /^(::ffff:)?127\.|^::1$/.test(ip);

/** The API, ready to listen or to be asked by `inject`. It opens no port; `close()` ends its streams. */
export const buildApi = (parts: ApiParts): Api => {
  const { reader, writer, config, log, metrics, health, onCommit } = parts;
  const limits = { ...defaultLimits, ...parts.limits };
  const now = parts.now ?? (() => BigInt(Date.now()) * MILLISECOND);

  const app: Api = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    requestTimeout: 30_000,
    http: { maxHeaderSize: limits.headerBytes },
    routerOptions: { maxParamLength: limits.urlBytes },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: false } },
    clientErrorHandler: answerWireError,
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  });
  app.server.maxConnections = limits.connections;
  app.setErrorHandler(answerError);
  // Schemas document answers and tests check them; plain JSON.stringify is the faster way to write them.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));

  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // A DELETE has to say that it is JSON like every write (19.15), but has nothing to send.
    if (body === '') done(null, undefined);
    else void parseJson(request, body as string, done);
  });

  const stream = createStream({
    reader,
    limits,
    onError: (error) => log.error({ err: error }, 'the stream could not read what changed'),
  });
  const unsubscribe = onCommit(() => stream.announce());
  app.addHook('preClose', (done) => {
    unsubscribe();
    stream.close();
    done();
  });

  app.register(rateLimit, {
    global: false,
    max: ({ ip }: FastifyRequest) =>
      isLoopback(ip) ? limits.loopbackRequestsPerMinute : limits.requestsPerMinute,
    timeWindow: 60_000,
    allowList: (request) => request.routeOptions.config.unlimited === true,
    errorResponseBuilder: (_request, { after }) => new ApiError('too-many-requests', `try again in ${after}`),
  });
  app.register(swagger, openapiOptions(parts.version));

  void app.after(() => {
    const checkHost = createHostCheck(config);
    const checkToken = createTokenCheck(config);
    // Hooks without promises: they are a good part of what a cached answer costs. What they throw is answered.
    app.addHook('onRequest', (request, reply, done) => {
      reply.headers(answerHeaders);
      if (isDocs(request)) reply.header('content-security-policy', docsPolicy);
      if (request.url.length > limits.urlBytes) throw new ApiError('uri-too-long');
      done();
    });
    app.addHook('onRequest', app.rateLimit()); // before the token is looked at: guesses count too
    app.addHook('onRequest', (request, _reply, done) => {
      checkHost(request);
      if (!request.routeOptions.config.open && !isDocs(request)) checkToken(request);
      checkWrite(request);
      done();
    });
    app.setNotFoundHandler(answerNotFound);
    for (const schema of namedSchemas) app.addSchema(schema);
  });

  app.register(swaggerUi, docsOptions);
  app.register(async (root: Api) => addSystem(root, { metrics, health }));
  app.register(
    async (v1: Api) => {
      // A route that knows no query key must refuse every one, too.
      v1.addHook('onRoute', (route) => {
        route.schema = { querystring: query({}), ...route.schema };
      });
      v1.addHook('preHandler', ({ query: asked, params }, _reply, done) => {
        refuseInfinite(asked);
        refuseInfinite(params);
        done();
      });
      const routes = { reader, writer, now };
      addFindings(v1, routes);
      addJobs(v1, routes);
      addReport(v1, routes);
      addContainers(v1, routes);
      addShared(v1, routes);
      addEvents(v1, routes);
      addExecs(v1, routes);
      addCalls(v1, routes);
      addWindow(v1, routes);
      addSuppressions(v1, routes);
      addStream(v1, stream);
    },
    { prefix: '/api/v1' },
  );
  return app;
};
