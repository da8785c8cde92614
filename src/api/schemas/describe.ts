import { Type, type Static, type TSchema } from '@sinclair/typebox';

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

type Same<A, B> = [Frozen<A>] extends [Frozen<B>]
  ? [Frozen<B>] extends [Frozen<A>]
    ? unknown
    : never
  : never;

/** A schema that the compiler holds to a view: a field added to one and not to the other does not compile. */
export const describes =
  <View>() =>
  <Schema extends TSchema>(schema: Schema & Same<Static<Schema>, View>): Schema =>
    schema;

/** JSON Schema has one spelling for "or null" that every reader of OpenAPI 3.1 shows well: a list of types. */
export const orNull = <Kind extends 'string' | 'integer' | 'number' | 'boolean'>(
  type: Kind,
  description?: string,
) =>
  Type.Unsafe<{ string: string; integer: number; number: number; boolean: boolean }[Kind] | null>({
    type: [type, 'null'],
    ...(description === undefined ? {} : { description }),
  });

export const oneOf = <Values extends readonly string[]>(values: Values, description?: string) =>
  Type.Unsafe<Values[number]>({
    type: 'string',
    enum: [...values],
    ...(description === undefined ? {} : { description }),
  });

export const oneOfOrNull = <Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number] | null>({ type: ['string', 'null'], enum: [...values, null] });

export const time = (description?: string) =>
  Type.String({ format: 'date-time', ...(description === undefined ? {} : { description }) });
export const timeOrNull = (description?: string) =>
  Type.Unsafe<string | null>({
    type: ['string', 'null'],
    format: 'date-time',
    ...(description === undefined ? {} : { description }),
  });

/** An object whose keys are all present and none besides. */
export const object = <Keys extends Record<string, TSchema>>(keys: Keys) =>
  Type.Object(keys, { additionalProperties: false });

/** A schema by its name in `components`. */
export const named = <Schema extends TSchema>(schema: Schema) =>
  Type.Unsafe<Static<Schema>>({ $ref: `${schema.$id}#` });

export const page = <Schema extends TSchema>(schema: Schema) =>
  object({
    items: Type.Array(named(schema)),
    next: orNull('string', 'give it back as `cursor` for the next page; null at the end'),
  });
