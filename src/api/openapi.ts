import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { FastifySwaggerUiOptions } from '@fastify/swagger-ui';

export const openapiOptions = (version: string): FastifyDynamicSwaggerOptions => ({
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Crosstalk',
      version,
      description:
        'Which CI job broke which on a shared Docker host. Times are RFC 3339 in UTC, jobs are job keys.',
      license: { name: 'MIT', identifier: 'MIT' } as { name: string },
    },
    tags: [
      { name: 'findings', description: 'Recorded interference' },
      { name: 'jobs', description: 'CI jobs and their reports' },
      { name: 'resources', description: 'Containers, volumes, networks and images with their owners' },
      { name: 'evidence', description: 'What stands behind a finding' },
      { name: 'overview', description: 'Many things at once' },
      { name: 'suppressions', description: 'What is meant to be shared' },
      { name: 'system', description: 'The daemon itself' },
    ],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }],
  },
  refResolver: {
    buildLocalReference: (schema, _base, _fragment, index) =>
      typeof schema.$id === 'string' ? schema.$id : `Schema${index}`,
  },
});

/** Everything it loads comes from this daemon. */
export const docsOptions: FastifySwaggerUiOptions = {
  routePrefix: '/docs',
  uiConfig: { docExpansion: 'list', deepLinking: true },
  theme: { title: 'Crosstalk API' },
};
