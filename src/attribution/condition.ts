import type { Described } from './identity';
import { maxTextLength } from './pattern';
import type { Condition } from './preset';

export type Test = (object: Described) => boolean;

const matches = (pattern: RegExp, text: string | undefined): boolean =>
  text !== undefined && text.length <= maxTextLength && pattern.test(text);

const compare =
  ({ equals, pattern }: Condition, read: (object: Described) => string | undefined): Test =>
  (object) => {
    const value = read(object);
    if (value === undefined) return false;
    if (equals !== undefined && value !== equals) return false;
    return pattern === undefined || matches(pattern, value);
  };

/** One test for each key of a condition. */
const testsOf = (condition: Condition): Test[] => {
  const { label, env, labelKey, name, image, network, volume, bind, all, any, not } = condition;
  const tests: Test[] = [];
  if (label !== undefined) tests.push(compare(condition, ({ labels }) => labels[label]));
  if (env !== undefined) tests.push(compare(condition, (object) => object.env[env]));
  if (name) tests.push((object) => matches(name, object.name));
  if (image) tests.push((object) => matches(image, object.image));
  if (network) tests.push(({ networks }) => networks.some((text) => matches(network, text)));
  if (volume) tests.push(({ volumes }) => volumes.some((text) => matches(volume, text)));
  if (bind) tests.push(({ binds }) => binds.some((text) => matches(bind, text)));
  if (labelKey) tests.push(({ labels }) => Object.keys(labels).some((key) => matches(labelKey, key)));
  if (all) tests.push(allOf(all));
  if (any) tests.push(anyOf(any));
  if (not) {
    const refused = compileCondition(not);
    tests.push((object) => !refused(object));
  }
  return tests;
};

export const compileCondition = (condition: Condition): Test => {
  const tests = testsOf(condition);
  return tests.length === 1 ? tests[0]! : (object) => tests.every((test) => test(object));
};

const allOf = (conditions: readonly Condition[]): Test => {
  const tests = conditions.map(compileCondition);
  return (object) => tests.every((test) => test(object));
};

export const anyOf = (conditions: readonly Condition[]): Test => {
  const tests = conditions.map(compileCondition);
  return (object) => tests.some((test) => test(object));
};
