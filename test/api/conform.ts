import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** Fails unless a body is what the OpenAPI document says of `GET path`. */
export const expectConforming = (
  document: object,
  path: string,
  body: unknown,
  { status = '200', type = 'application/json' } = {},
): void => {
  const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
  ajv.addSchema(document, 'doc');
  const place = ['paths', path, 'get', 'responses', status, 'content', type, 'schema'];
  const pointer = place.map((part) => encodeURIComponent(part.replaceAll('/', '~1'))).join('/');
  const validate = ajv.compile({ $ref: `doc#/${pointer}` });
  expect([path, validate(body), validate.errors]).toEqual([path, true, null]);
};
