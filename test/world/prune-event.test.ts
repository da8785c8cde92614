import { createCore } from '../helpers/core';

test('the engine’s word of a prune, which is about no container, makes none', () => {
  const core = createCore();
  core.container(0, 'create', 'web');
  core.event(1, 'container', 'prune', '');
  expect(core.owner('web')).toBeDefined();
  expect(() => core.owner('')).toThrow();
});
