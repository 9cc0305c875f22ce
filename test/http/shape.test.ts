import { expect, test } from 'vitest'
import {
  array,
  type Check,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  string,
  unknown,
} from '../../src/http/shape.ts'

const person = object({ name: string, age: optional(number), note: nullable(string), more: unknown })

test.each<[what: string, check: Check, value: unknown, where: string | undefined]>([
  ['a string', string, '', undefined],
  ['no string', string, 7, ''],
  ['a number', number, 7, undefined],
  ['no number', number, '7', ''],
  ['one of the words', oneOf('a', 'b'), 'b', undefined],
  ['none of the words', oneOf('a', 'b'), 'c', ''],
  ['an object', person, { name: 'x', note: null }, undefined],
  ['an object with more', person, { name: 'x', age: 7, note: 'y', more: {}, other: 1 }, undefined],
  ['no object', person, null, ''],
  ['a list for an object', person, [], ''],
  ['a wrong property', person, { name: 7, note: null }, 'name'],
  ['the first of two wrong properties', person, { name: 'x', age: 'y', note: 7 }, 'age'],
  ['a property that is missing', person, { name: 'x' }, 'note'],
  ['a property that is inherited', person, Object.create({ name: 'x', note: null }), 'name'],
  ['a list', array(number), [1, 2], undefined],
  ['no list', array(number), { 0: 1 }, ''],
  ['a wrong item', array(number), [1, '2', '3'], '1'],
  ['a record', record(number), { a: 1, b: 2 }, undefined],
  ['no record', record(number), [1], ''],
  ['a wrong entry', record(number), { a: 1, b: '2' }, 'b'],
  ['a property of an item of a property', object({ list: array(person) }), { list: [{}] }, 'list.0.name'],
  ['a property of an entry', record(person), { x: { name: 'x', note: 1 } }, 'x.note'],
])('%s', (_, check, value, where) => expect(check(value)).toBe(where))
