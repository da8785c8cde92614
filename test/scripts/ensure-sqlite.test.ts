const { missing } = jest.requireActual<{
  missing(has: (command: string) => boolean, nodedir: string): string[];
}>('../../scripts/ensure-sqlite.js');

test.each([
  ['nothing', [], '/usr', []],
  ['a compiler', ['g++', 'c++'], '/usr', ['a C++ compiler is missing: apt-get install g++']],
  [
    'make and python',
    ['make', 'python3'],
    '/usr',
    ['python3 is missing: apt-get install python3', 'make is missing: apt-get install make'],
  ],
  ['headers', [], '', [expect.stringContaining('apt-get install libnode-dev')]],
])('names what is missing: %s', (_, absent, nodedir, expected) => {
  expect(missing((command) => !(absent as string[]).includes(command), nodedir)).toEqual(expected);
});

test('a clang without g++ is a compiler', () => {
  expect(missing((command) => command !== 'g++', '/usr')).toEqual([]);
});
