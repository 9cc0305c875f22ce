import { expect, test } from 'vitest'
import { findHoles } from '../../scripts/lock/holes.ts'

const root = { devDependencies: { tool: '^1.0.0' } }

test('a lock in which every dependency has an entry with a version has no holes', () => {
  const packages = {
    '': root,
    'node_modules/tool': { version: '1.0.0', dependencies: { '@part/a': '1', b: '1' } },
    'node_modules/tool/node_modules/@part/a': { version: '1.0.0', dependencies: { b: '1' } },
    'node_modules/b': { version: '1.0.0', devDependencies: { unused: '1' } },
  }
  expect(findHoles({ packages })).toEqual([])
})

test('an entry without a version is told, and a dependency without an entry, for other platforms too', () => {
  const packages = {
    '': { ...root, dependencies: { gone: '1' } },
    'node_modules/tool': {
      version: '1.0.0',
      optionalDependencies: { '@tool/win32': '1', '@tool/linux': '1' },
    },
    'node_modules/@tool/linux': {},
    'node_modules/other/node_modules/gone': { version: '1.0.0' },
    'node_modules/linked': { link: true },
  }
  expect(findHoles({ packages })).toEqual([
    'the root needs gone, which has no entry',
    'node_modules/tool needs @tool/win32, which has no entry',
    'node_modules/@tool/linux has no version',
  ])
})
